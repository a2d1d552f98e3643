package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.dashboard.page.Browser;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunStatus;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/** The dashboard's page in a Chromium, against the really running pipeline. */
@Tag("integration")
@Tag("browser")
class DashboardIT {
  @TempDir private static Path directory;
  private static RunningPipeline pipeline;
  private static URI page;
  private Browser browser;

  @BeforeAll
  static void start() throws Exception {
    Browser.assumeInstalled();
    pipeline = new RunningPipeline(directory);
    pipeline.startWithDashboard();
    page = URI.create(pipeline.state().dashboardUrl()).resolve("/");
  }

  @AfterAll
  static void stop() {
    if (pipeline != null) {
      pipeline.close();
    }
  }

  @BeforeEach
  void openBrowser(@TempDir Path profile) throws Exception {
    browser = Browser.start(profile, "en");
  }

  @AfterEach
  void closeBrowser() {
    browser.close();
  }

  @Test
  void curvesGrowWhileTrainingAndStopAndResumeFromThePageContinueThemWithoutASeam()
      throws Exception {
    // Given
    trainFromThePage("page");
    browser.awaitText("h1", "running");
    long first = awaitMorePointsThan(3);
    long second = awaitMorePointsThan(first);

    // When
    browser.find(".view-header button").click();
    browser.find("dialog button[value=yes]").click();
    browser.awaitText("h1", "stopped");
    long stoppedAt = pipeline.runState(new RunId("page")).position().step();
    browser.until(() -> points() == stoppedAt ? true : null, stoppedAt + " points");
    browser.find(".view-header a.primary").click();
    browser.find("form .actions button").click();

    // Then
    browser.awaitText("h1", "finished");
    assertThat(second).isLessThanOrEqualTo(stoppedAt).isLessThan(RunningPipeline.STEPS);
    browser.until(() -> points() == RunningPipeline.STEPS ? true : null, "all points");
    assertThat(stepsOfCurve("page"))
        .isEqualTo(LongStream.rangeClosed(1, RunningPipeline.STEPS).boxed().toList());
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void thePageSurvivesARestartOfTheBrokerWhileTraining() throws Exception {
    // Given
    trainFromThePage("restart");
    awaitMorePointsThan(3);

    // When
    pipeline.stack().restartBroker(Duration.ofSeconds(8));

    // Then
    browser.awaitText("h1", "finished");
    browser.until(() -> points() == RunningPipeline.STEPS ? true : null, "all points");
    browser.until(() -> browser.all("#banner").get(0).isDisplayed() ? null : true, "no banner");
    assertThat(pipeline.runState(new RunId("restart")).status()).isEqualTo(RunStatus.FINISHED);
    assertThat(stepsOfCurve("restart"))
        .isEqualTo(LongStream.rangeClosed(1, RunningPipeline.STEPS).boxed().toList());
  }

  private void trainFromThePage(String run) {
    browser.open(page + "#/new");
    browser.find("input[name=run]").sendKeys(run);
    pipeline
        .configuration(Map.of())
        .asMap()
        .forEach(
            (name, value) ->
                browser.all("[name=" + name + "]").forEach(field -> set(field, value)));
    browser.find("form .actions button").click();
    browser.awaitText("h1", run);
  }

  private static void set(WebElement field, Object value) {
    String text = value == null ? "None" : value.toString();
    if (field.getTagName().equals("select")) {
      // A flag is written as the manual does.
      new Select(field)
          .selectByValue(
              value instanceof Boolean
                  ? text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1)
                  : text);
    } else {
      field.clear();
      field.sendKeys(text);
    }
  }

  private long awaitMorePointsThan(long before) {
    return browser.until(() -> points() > before ? points() : null, "more than " + before);
  }

  /** Points of the train loss, as the chart says for those who do not see it. */
  private long points() {
    String words = browser.content("[data-chart=train_loss] .unseen");
    String number = words.replaceFirst(".*: (\\d+) points.*", "$1");
    return number.equals(words) ? 0 : Long.parseLong(number);
  }

  @SuppressWarnings("unchecked")
  private List<Long> stepsOfCurve(String run) {
    return (List<Long>)
        browser
            .driver()
            .executeAsyncScript(
                "const done = arguments[1];"
                    + "fetch(`/api/runs/${arguments[0]}/curves?metrics=train_loss&axis=step&width=4000`)"
                    + ".then(answer => answer.json()).then(body => done(body.curves[0].x))",
                run);
  }
}
