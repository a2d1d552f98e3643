package deepspeech.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page while the service or the broker is away, and afterwards. */
@Tag("integration")
@Tag("browser")
class ReconnectionIT {
  @TempDir Path folder;
  private RunningDashboard dashboard;
  private Browser browser;

  @BeforeEach
  void start() throws Exception {
    Browser.assumeInstalled();
    dashboard = RunningDashboard.start(folder, Map.of());
    browser = Browser.start(folder.resolve("profile"), "en");
    try (Publications publications = new Publications(dashboard.broker())) {
      publications.runUnderWay("demo", 10);
    }
    browser.open(dashboard.address("#/runs/demo"));
    awaitPoints(10);
    browser.run("window.sameSinceThen = true");
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (dashboard != null) {
      dashboard.close();
    }
  }

  @Test
  void thePageSaysThatTheServiceIsAwayAndContinuesByItselfWhenItIsBack() throws Exception {
    // When
    dashboard.stopService();
    browser.awaitText("#banner", "This page is not connected to the service");
    try (Publications publications = new Publications(dashboard.broker())) {
      publications.points("demo", 11, 15);
    }
    dashboard.startService();

    // Then
    awaitPoints(15);
    browser.until(() -> browser.all("#banner").get(0).isDisplayed() ? null : true, "no banner");
    assertThat(browser.run("return window.sameSinceThen")).isEqualTo(true);
  }

  @Test
  void thePageSaysThatTheBrokerIsAwayAndContinuesByItselfWhenItIsBack() {
    // When
    dashboard.stopBroker();
    browser.awaitText("#banner", "The service has not been connected to the broker");
    dashboard.startBroker();
    try (Publications publications = new Publications(dashboard.broker())) {
      publications.points("demo", 11, 15);
    }

    // Then
    awaitPoints(15);
    browser.until(() -> browser.all("#banner").get(0).isDisplayed() ? null : true, "no banner");
    assertThat(browser.run("return window.sameSinceThen")).isEqualTo(true);
  }

  private void awaitPoints(int points) {
    browser.until(
        () ->
            browser.content("[data-chart=train_loss] .unseen").contains(points + " points")
                ? true
                : null,
        points + " points");
  }
}
