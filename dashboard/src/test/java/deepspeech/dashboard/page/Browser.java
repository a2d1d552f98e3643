package deepspeech.dashboard.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium with a profile of its own. */
public final class Browser implements AutoCloseable {
  /** Far more than anything takes: what has not come until then does not come. */
  public static final Duration LIMIT = Duration.ofMinutes(4);

  public static final Dimension DESKTOP = new Dimension(1440, 900);
  public static final Dimension PHONE = new Dimension(360, 740);

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path CHROMEDRIVER = Path.of("/usr/bin/chromedriver");

  private static final String MISSING =
      "The page is not tested in a browser: Debian's packages chromium and chromium-driver are not"
          + " installed";

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Whether there is a Chromium to start. */
  public static boolean isInstalled() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(CHROMEDRIVER);
  }

  /** Skips the test, saying so, where there is no Chromium. */
  public static void assumeInstalled() {
    if (!isInstalled()) {
      System.err.println(MISSING);
    }
    Assumptions.assumeTrue(isInstalled(), MISSING);
  }

  /**
   * Starts one.
   *
   * @param profile an empty folder for what it keeps
   * @param language that it prefers, such as {@code en}
   */
  public static Browser start(Path profile, String language) throws IOException {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--lang=" + language,
        "--user-data-dir=" + Files.createDirectories(profile));
    options.setExperimentalOption("prefs", Map.of("intl.accept_languages", language));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    // The driver is named, or Selenium would look for one in the internet.
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(CHROMEDRIVER.toFile()).build();
    Browser browser = new Browser(new ChromeDriver(service, options));
    browser.resize(DESKTOP);
    return browser;
  }

  public ChromeDriver driver() {
    return driver;
  }

  /**
   * Sets the size of what a page sees. The window of a headless Chromium cannot be as narrow as a
   * phone.
   */
  public void resize(Dimension size) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            size.getWidth(),
            "height",
            size.getHeight(),
            "deviceScaleFactor",
            1,
            "mobile",
            size.getWidth() < 600));
  }

  /** Makes the system appear to be light or dark. */
  public void prefer(String colourScheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colourScheme))));
  }

  public void open(String address) {
    driver.get(address);
  }

  /** The first element of a CSS selector, waited for until it is shown. */
  public WebElement find(String selector) {
    return until(
        () ->
            driver.findElements(By.cssSelector(selector)).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElse(null),
        selector);
  }

  public List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** The text that is shown in the first element of a selector. */
  public String text(String selector) {
    return until(() -> find(selector).getText(), selector);
  }

  /** Waits until a text is shown somewhere in the first element of a selector. */
  public void awaitText(String selector, String expected) {
    until(() -> text(selector).contains(expected) ? true : null, selector + " with " + expected);
  }

  /** The text of an element whether it is shown or not. */
  public String content(String selector) {
    return (String) run("return document.querySelector(arguments[0])?.textContent ?? ''", selector);
  }

  public Object run(String script, Object... arguments) {
    return ((JavascriptExecutor) driver).executeScript(script, arguments);
  }

  /** Whether something to the right is out of sight. */
  public boolean scrollsSideways() {
    return (Boolean)
        run("return document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth");
  }

  /** What has gone wrong in the page since it was last asked: errors, refusals of the policy. */
  public List<String> errors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** What is in sight, as PNG. */
  public byte[] screenshot() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  /** Waits for a value that is not null. */
  public <T> T until(Supplier<T> value, String what) {
    return new WebDriverWait(driver, LIMIT, Duration.ofMillis(50))
        .withMessage(() -> what + ", but the page shows: " + run("return document.body.innerText"))
        .ignoring(StaleElementReferenceException.class)
        .until(unused -> value.get());
  }

  @Override
  public void close() {
    driver.quit();
  }
}
