package deepspeech.dashboard.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Dimension;

/**
 * Makes the pictures of the documentation from a running dashboard; {@code docs/update} runs it.
 */
@EnabledIfSystemProperty(named = "screenshots.of", matches = "http://.+")
@Tag("integration")
@Tag("browser")
class ScreenshotsIT {
  private static final Path DOCS = Path.of("docs");
  private static final Dimension SMALL_DESKTOP = new Dimension(1280, 800);

  private final String page = System.getProperty("screenshots.of");
  private final String run = System.getProperty("screenshots.run");
  private final String other = System.getProperty("screenshots.other");

  @Test
  void everyViewIsPictured(@TempDir Path folder) throws Exception {
    Browser.assumeInstalled();
    Files.createDirectories(DOCS);
    Map<String, String> views = new TreeMap<>();
    views.put("runs", "#/");
    views.put("run", "#/runs/" + run);
    views.put("checkpoints", "#/runs/" + run + "/checkpoints");
    views.put("transcripts", "#/runs/" + run + "/transcripts");
    views.put("skipped-utterances", "#/runs/" + run + "/skipped");
    views.put("compare", "#/compare?runs=" + run + "," + other);
    views.put("new", "#/new");
    try (Browser browser = Browser.start(folder.resolve("profile"), "en")) {
      for (Map.Entry<String, String> view : views.entrySet()) {
        picture(browser, view.getKey(), view.getValue(), "light", SMALL_DESKTOP);
      }
      picture(browser, "run-dark", views.get("run"), "dark", SMALL_DESKTOP);
      picture(browser, "runs-phone", views.get("runs"), "light", Browser.PHONE);
      picture(browser, "run-phone", views.get("run"), "dark", Browser.PHONE);
    }
    try (Browser browser = Browser.start(folder.resolve("chinese"), "zh-CN")) {
      picture(browser, "run-chinese", views.get("run"), "light", SMALL_DESKTOP);
    }
  }

  private void picture(Browser browser, String name, String view, String colours, Dimension size)
      throws IOException {
    browser.resize(size);
    browser.prefer(colours);
    browser.open("about:blank");
    browser.open(page + view);
    browser.find("main h1");
    browser.until(() -> browser.run("return " + QUIET).equals(true) ? true : null, "a quiet page");
    Files.write(DOCS.resolve(name + ".png"), browser.screenshot());
  }

  /** Half a second without a request. */
  private static final String QUIET =
      "performance.now() - Math.max(...performance.getEntriesByType('resource').map(e => e.responseEnd)) > 500";
}
