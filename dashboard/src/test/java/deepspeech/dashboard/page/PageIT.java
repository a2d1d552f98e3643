package deepspeech.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.messages.command.Command;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.topic.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The page in a Chromium, served by the packaged dashboard, with what a broker has. */
@Tag("integration")
@Tag("browser")
class PageIT {
  private static final String NASTY =
      "<img src=x onerror=window.broken=1><script>window.broken=1</script>";

  @TempDir static Path folder;
  private static RunningDashboard dashboard;
  private static Publications publications;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    Browser.assumeInstalled();
    dashboard = RunningDashboard.start(folder, Map.of());
    publications = new Publications(dashboard.broker());
    publications.runUnderWay("mandarin", 70);
    publications.runUnderWay("digits", 45);
    publications.state("digits", "stopped", 45, Map.of());
    browser = Browser.start(folder.resolve("profile"), "en");
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (publications != null) {
      publications.close();
    }
    if (dashboard != null) {
      dashboard.close();
    }
  }

  @BeforeEach
  void asOnADesktop() {
    browser.resize(Browser.DESKTOP);
    browser.prefer("light");
    browser.open("about:blank");
  }

  @AfterEach
  void nothingWentWrongInThePage() {
    // What is refused or not there is an answer of HTTP 4xx, which Chromium logs as an error.
    assertThat(browser.errors())
        .filteredOn(line -> !line.contains("/api/commands") && !line.contains("/not-there"))
        .isEmpty();
  }

  @Test
  void runsAreListedWithStateProgressAndBestCer() {
    // When
    open("#/");
    browser.awaitText("[data-run=mandarin]", "0.1667");

    // Then
    assertThat(browser.text("[data-run=mandarin]"))
        .contains("running", "epoch 4 / 5", "70%", "8 min");
    assertThat(browser.text("[data-run=digits]")).contains("stopped", "epoch-0002", "0.2500");
    browser.find("input[type=search]").sendKeys("dig");
    browser.until(() -> browser.all("[data-run]").size() == 1 ? true : null, "one run");
    assertThat(browser.text("tbody")).contains("digits");
  }

  @Test
  void aRunShowsTheThreeCurvesOfTheManualFirstAndGrowsAsPointsCome() {
    // Given
    publications.runUnderWay("growing", 30);
    open("#/runs/growing");
    browser.awaitText("[data-chart=test_cer]", "0.5000");
    assertThat(browser.all(".chart").stream().filter(WebElement::isDisplayed).limit(3))
        .extracting(chart -> chart.getDomAttribute("data-chart"))
        .containsExactly("train_loss", "learning_rate", "test_cer");
    awaitSummary("train_loss", "30 points");

    // When
    publications.points("growing", 31, 33);
    publications.state("growing", "running", 33, Map.of());

    // Then
    awaitSummary("train_loss", "33 points");
    awaitSummary("train_loss", "at step 33");
    browser.awaitText(".figures", "13 / 20");
  }

  @Test
  void whereARunWasResumedIsMarked() {
    // Given
    publications.runUnderWay("resumed", 30);

    // When
    publications.point("resumed", "resumed", 20, 20).join();
    publications.points("resumed", 21, 24);
    open("#/runs/resumed");

    // Then
    awaitSummary("train_loss", "24 points");
    awaitSummary("train_loss", "Resumed at step 20");
  }

  @Test
  void draggingInAChartZoomsAllChartsAndRequestsThatRange() {
    // Given
    open("#/runs/digits");
    awaitSummary("train_loss", "45 points");
    WebElement plot = browser.find("[data-chart=train_loss] .u-over");

    // When
    new Actions(browser.driver())
        .moveToElement(plot, -plot.getSize().getWidth() / 4, 0)
        .clickAndHold()
        .moveByOffset(plot.getSize().getWidth() / 2, 0)
        .release()
        .perform();

    // Then
    browser.until(() -> requested("from=") ? true : null, "a request for the range");
    awaitSummary("learning_rate", "at step 1");
    browser.until(() -> summary("learning_rate").contains("at step 1 ") ? null : true, "zoomed");
    browser.find("[data-chart=train_loss] .chart-surface").sendKeys("0");
    browser.until(() -> summary("learning_rate").contains("at step 1 ") ? true : null, "reset");
  }

  @Test
  void checkpointsAreListedWithWhatCanBeDoneWithThem() {
    // When
    open("#/runs/mandarin/checkpoints");
    browser.awaitText("[data-checkpoint=epoch-0003]", "0.1667");

    // Then
    assertThat(browser.text("[data-checkpoint=epoch-0003]"))
        .contains("best", "8 MB", "1.5 s", "Resume", "Fine-tune", "Pin", "Transcripts");
    assertThat(browser.text("[data-checkpoint=epoch-0001]"))
        .doesNotContain("best")
        .contains("0.5000");
  }

  @Test
  void editsOfTranscriptsAreMarkedByMoreThanColour() {
    // When
    open("#/runs/mandarin/transcripts");
    browser.awaitText(".samples", "seven for on");

    // Then
    assertThat(browser.all(".sample .edit"))
        .extracting(WebElement::getText)
        .contains("u", "e", "气", "汽", "好");
    assertThat(browser.all(".sample .edit"))
        .allMatch(edit -> !edit.getCssValue("text-decoration-line").equals("none"));
    assertThat(browser.content(".sample .unseen")).isEqualTo("u deleted; e deleted");
    assertThat(browser.text(".sample:nth-child(2)")).contains("exact");
  }

  @Test
  void skippedUtterancesAreCountedByReasonAndPaged() {
    // Given
    open("#/runs/mandarin/skipped");
    browser.find("[data-reason=too_long]");
    assertThat(browser.content(".chips")).contains("too long 20", "missing audio 10", "All 30");
    assertThat(browser.text(".paging")).contains("1–25 of 30");

    // When
    browser.find(".paging button:last-child").click();

    // Then
    browser.awaitText(".paging", "26–30 of 30");
    browser.find("[data-reason=missing_audio]").click();
    browser.awaitText("table.letters", "wav/train_0030.wav");
    browser.until(
        () -> browser.all("table.letters tbody tr").size() == 10 ? true : null, "ten letters");
  }

  @Test
  void runsAreComparedInTheSameChartsAndCanBeSwitchedOff() {
    // Given
    open("#/");
    browser.find("[data-run=mandarin] input").click();
    browser.find("[data-run=digits] input").click();

    // When
    browser.find(".toolbar a.button").click();

    // Then
    browser.awaitText("[data-chart=train_loss] .legend", "digits");
    awaitSummary("train_loss", "mandarin: 70 points");
    browser.find("[data-switch=digits]").click();
    browser.until(() -> summary("train_loss").contains("digits") ? null : true, "only one run");
    awaitSummary("train_loss", "70 points");
  }

  @Test
  void aRunIsStoppedAfterAConfirmation() throws Exception {
    // Given
    publications.runUnderWay("to-stop", 10);
    open("#/runs/to-stop");

    // When
    try (EventTail<Command> commands =
        EventTail.of(dashboard.broker(), Topics.COMMANDS, Command.class, EventTail.Start.NOW)) {
      browser.find(".view-header button").click();
      browser.awaitText("dialog", "Stop to-stop?");
      browser.find("dialog button[value=yes]").click();
      ReceivedEvent<Command> command = commands.next(Browser.LIMIT).orElseThrow();
      publications.state("to-stop", "stopped", 10, Map.of("commands", List.of(id(command))));

      // Then
      assertThat(command.body()).isInstanceOf(Command.Stop.class);
    }
    browser.awaitText("h1", "stopped");
  }

  @Test
  void aRejectionOfTheTrainerIsShownAtTheArgument() throws Exception {
    // Given
    open("#/new");
    browser.find("input[name=run]").sendKeys("refused");
    WebElement epochs = browser.find("input[name=num_epoch]");
    epochs.clear();
    epochs.sendKeys("7");
    assertThat(browser.text("[data-field=num_epoch]"))
        .contains("default 50", "a whole number from 1 to 10000");

    // When
    try (EventTail<Command> commands =
        EventTail.of(dashboard.broker(), Topics.COMMANDS, Command.class, EventTail.Start.NOW)) {
      browser.find("form .actions button").click();
      ReceivedEvent<Command> command = commands.next(Browser.LIMIT).orElseThrow();
      publications.state(
          "refused",
          "rejected",
          0,
          Map.of(
              "commands",
              List.of(id(command)),
              "reason",
              "use_gpu: True given, allowed: False, since there is no GPU"));

      // Then
      assertThat(((Command.Train) command.body()).configuration().numEpoch()).isEqualTo(7);
    }
    browser.awaitText("[data-field=use_gpu] .problem", "since there is no GPU");
    assertThat(browser.find("[name=use_gpu]").getDomAttribute("aria-invalid")).isEqualTo("true");
    assertThat(browser.text("[role=alert]")).contains("rejected");
    assertThat(browser.driver().switchTo().activeElement().getDomAttribute("name"))
        .isEqualTo("use_gpu");
  }

  @Test
  void aValueThatNoRunCanHaveIsRefusedAtItsField() {
    // Given
    open("#/new");
    browser.find("input[name=run]").sendKeys("impossible");
    WebElement size = browser.find("input[name=batch_size]");
    size.clear();
    size.sendKeys("many");

    // When
    browser.find("form .actions button").click();

    // Then
    browser.awaitText("[data-field=batch_size] .problem", "batch_size");
  }

  @Test
  void aRunThatEndedEarlySaysWhyAndThatIsNoFailure() {
    // Given
    publications.state("early", "finished", 25, Map.of("reason", "early stop after epoch 5 of 50"));
    publications.state("broken", "failed", 25, Map.of("reason", "no usable utterance"));

    // When
    open("#/");
    browser.awaitText("[data-run=early]", "early stop after epoch 5 of 50");
    browser.awaitText("[data-run=broken]", "no usable utterance");

    // Then
    assertThat(browser.text("[data-run=early] .column-progress"))
        .contains("ended early in epoch 2 of 5")
        .doesNotContain("100");
    assertThat(trained("[data-run=early]")).isEqualTo("25");
    assertThat(browser.all("[data-run=early] .reason.bad")).isEmpty();
    assertThat(browser.all("[data-run=broken] .reason.bad")).hasSize(1);
    open("#/runs/early");
    browser.awaitText(".notice:not(.bad)", "early stop after epoch 5 of 50");
    assertThat(browser.text("h1")).contains("finished");
    assertThat(browser.text(".progress-line")).contains("25%", "ended early in epoch 2 of 5");
    assertThat(trained(".progress-line")).isEqualTo("25");
    open("#/runs/broken");
    browser.awaitText(".notice.bad", "no usable utterance");
  }

  @Test
  void theWarningsOfARunAreShownAndCountedAndDisappearWithTheLastOne() {
    // Given
    String waits = "training waits for the test of checkpoint epoch-0001";
    publications.state("warned", "running", 25, Map.of("warnings", List.of("2 silent", waits)));
    open("#/runs/warned");
    browser.awaitText("details.warn", waits);
    assertThat(browser.text("details.warn")).contains("Warnings: 2", "2 silent");

    // When
    publications.state("warned", "running", 26, Map.of("warnings", List.of("2 silent")));
    browser.awaitText("details.warn", "Warnings: 1");

    // Then
    assertThat(browser.text("details.warn")).contains("2 silent").doesNotContain(waits);
    publications.state("warned", "running", 27, Map.of("warnings", List.of()));
    browser.until(
        () -> browser.all("details.warn").stream().noneMatch(WebElement::isDisplayed) ? true : null,
        "no warning");
  }

  @Test
  void whatMessagesSayStaysText() {
    // Given
    publications.runUnderWay("nasty", 25);
    publications.state("nasty", "failed", 25, Map.of("reason", NASTY, "warnings", List.of(NASTY)));
    publications.evaluation(
        "nasty",
        1,
        List.of(Map.of("utterance", 1, "reference", NASTY, "hypothesis", NASTY + "!", "edits", 1)));
    publications.deadLetter("nasty", NASTY, "broken_audio", 1);

    for (String view :
        List.of("#/", "#/runs/nasty", "#/runs/nasty/transcripts", "#/runs/nasty/skipped")) {
      // When
      open(view);
      browser.awaitText("main", NASTY);

      // Then
      assertThat(browser.all("main img, main script")).isEmpty();
      assertThat(browser.run("return window.broken === undefined")).isEqualTo(true);
    }
  }

  @Test
  void thePageIsInChineseIfChosenOrIfTheBrowserIs() throws Exception {
    // Given
    open("#/runs/mandarin");
    browser.awaitText("h1", "running");

    // When
    browser.find("#language").click();

    // Then
    browser.awaitText("h1", "训练中");
    assertThat(browser.run("return document.documentElement.lang")).isEqualTo("zh-CN");
    awaitSummary("train_loss", "70 个点");
    browser.find("#language").click();
    browser.awaitText("h1", "running");
    try (Browser chinese = Browser.start(folder.resolve("chinese"), "zh-CN")) {
      chinese.open(dashboard.address("#/new"));
      chinese.awaitText("[data-field=batch_size]", "每个设备上每批的语句数");
      assertThat(chinese.text("[data-field=batch_size]")).contains("1 到 1024 的整数");
    }
  }

  @Test
  void aFormKeepsWhatWasEnteredWhenTheLanguageChanges() {
    // Given
    open("#/new");
    browser.awaitText("[data-field=batch_size]", "utterances");
    WebElement batchSize = browser.find("[data-field=batch_size] input");
    batchSize.clear();
    batchSize.sendKeys("24");

    // When
    browser.find("#language").click();

    // Then
    browser.awaitText("[data-field=batch_size]", "每个设备上每批的语句数");
    assertThat(browser.find("[data-field=batch_size] input").getDomProperty("value"))
        .isEqualTo("24");
    browser.find("#language").click();
    browser.awaitText("[data-field=batch_size]", "utterances");
  }

  @Test
  void everythingIsReachedByKeyboard() {
    // Given
    open("#/");
    browser.awaitText("[data-run=digits]", "stopped");

    // When
    press(Keys.TAB);
    assertThat(focused().getText()).isEqualTo("Skip to content");
    press(Keys.ENTER);
    assertThat(focused().getDomAttribute("id")).isEqualTo("main");
    tabTo("[data-run=digits] a");
    press(Keys.ENTER);
    browser.awaitText("h1", "digits");
    awaitSummary("train_loss", "45 points");
    tabTo("[data-chart=train_loss] .chart-surface");
    press(Keys.HOME);
    press(Keys.ARROW_RIGHT);

    // Then
    assertThat(browser.content("#announcer")).startsWith("step 2: ");
    assertThat(browser.text("[data-chart=learning_rate] .chart-place")).isEqualTo("step 2");
    assertThat(focused().getCssValue("outline-style")).isEqualTo("solid");
    browser.open(dashboard.address("#/runs/mandarin"));
    browser.driver().navigate().refresh();
    browser.awaitText("h1", "mandarin");
    tabTo(".view-header button");
    press(Keys.ENTER);
    browser.awaitText("dialog", "Stop mandarin?");
    press(Keys.ESCAPE);
    browser.until(() -> browser.all("dialog").isEmpty() ? true : null, "no dialog");
    assertThat(focused().getText()).isEqualTo("Stop");
  }

  @Test
  void aPhoneScrollsOnlyDown() {
    // Given
    browser.resize(Browser.PHONE);

    for (String view : VIEWS) {
      // When
      open(view);
      settle(view);

      // Then
      assertThat(browser.scrollsSideways()).as(view).isFalse();
    }
  }

  private static final List<String> VIEWS =
      List.of(
          "#/",
          "#/runs/mandarin",
          "#/runs/mandarin/checkpoints",
          "#/runs/mandarin/transcripts",
          "#/runs/mandarin/skipped",
          "#/runs/mandarin/configuration",
          "#/runs/not-there",
          "#/compare?runs=mandarin,digits",
          "#/new",
          "#/new?resume=digits",
          "#/new?from=digits/best",
          "#/dead-letters");

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark", "phone"})
  void noViewHasAnAccessibilityViolation(String look) {
    // Given
    browser.prefer(look.equals("dark") ? "dark" : "light");
    browser.resize(look.equals("phone") ? Browser.PHONE : Browser.DESKTOP);
    List<String> violations = new ArrayList<>();

    // When
    for (String view : VIEWS) {
      open(view);
      settle(view);
      violations.addAll(violations(view));
    }
    open("#/runs/mandarin");
    browser.find(".view-header button").click();
    browser.find("dialog");
    violations.addAll(violations("dialog"));

    // Then
    assertThat(violations).isEmpty();
  }

  @Test
  void aTokenIsRequiredWhereOneIsSet(@TempDir Path other) throws Exception {
    // Given
    try (RunningDashboard closed =
            RunningDashboard.start(
                other, Map.of("DEEPSPEECH_DASHBOARD_TOKEN", "open-sesame-0123456789"));
        Browser visitor = Browser.start(other.resolve("profile"), "en")) {
      visitor.open(closed.address(""));
      visitor.awaitText("h1", "Sign in");
      assertThat(new AxeBuilder().analyze(visitor.driver()).getViolations()).isEmpty();
      visitor.find("input[type=password]").sendKeys("not the token at all");
      visitor.find("form button").click();
      visitor.awaitText(".problem", "The token is wrong.");

      // When
      visitor.find("input[type=password]").clear();
      visitor.find("input[type=password]").sendKeys("open-sesame-0123456789" + Keys.ENTER);

      // Then
      visitor.awaitText("h1", "Runs");
      visitor.find("#controls button:last-child").click();
      visitor.awaitText("h1", "Sign in");
    }
  }

  /** The percentage of the progress bar in an element. */
  private static String trained(String selector) {
    return browser.find(selector + " [role=progressbar]").getDomAttribute("aria-valuenow");
  }

  private static void settle(String view) {
    if (view.contains("not-there")) {
      browser.awaitText(".empty-state", "There is no run");
    } else if (view.contains("new")) {
      browser.find("[data-field=batch_size]");
    } else if (view.contains("dead-letters")) {
      browser.awaitText(".empty-state", "Nothing was skipped");
    } else if (view.contains("compare") || view.equals("#/runs/mandarin")) {
      // A chart is drawn when it comes into sight, for which a phone has to scroll.
      browser.run("arguments[0].scrollIntoView()", browser.find("[data-chart=train_loss]"));
      browser.find("[data-chart=train_loss] canvas");
    } else if (view.contains("mandarin/")) {
      browser.awaitText("h1", "running");
      browser.until(
          () -> browser.find(".section").getText().length() > 100 ? true : null,
          "content of " + view);
    } else {
      browser.awaitText("tbody", "mandarin");
    }
  }

  /** The pages have no frames, for which axe would open another window at each analysis. */
  @SuppressWarnings("deprecation")
  private static List<String> violations(String view) {
    return new AxeBuilder()
        .setLegacyMode().analyze(browser.driver()).getViolations().stream()
            .map(rule -> view + ": " + described(rule))
            .toList();
  }

  private static String described(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getHelp()
        + ": "
        + rule.getNodes().stream()
            .limit(3)
            .map(node -> node.getTarget() + " " + node.getHtml())
            .toList();
  }

  private static void open(String view) {
    browser.open("about:blank");
    browser.open(dashboard.address(view));
  }

  private static String summary(String chart) {
    return browser.content("[data-chart=" + chart + "] .unseen");
  }

  private static void awaitSummary(String chart, String expected) {
    browser.until(
        () -> summary(chart).contains(expected) ? true : null, chart + " with " + expected);
  }

  private static boolean requested(String part) {
    return (Boolean)
        browser.run(
            "return performance.getEntriesByType('resource').some(e => e.name.includes(arguments[0]))",
            part);
  }

  private static String id(ReceivedEvent<Command> command) {
    return command.attributes().map(CloudEvent::id).orElseThrow();
  }

  private static void press(Keys key) {
    new Actions(browser.driver()).sendKeys(key).perform();
  }

  private static WebElement focused() {
    return browser.driver().switchTo().activeElement();
  }

  private static void tabTo(String selector) {
    WebElement wanted = browser.find(selector);
    for (int i = 0; i < 60; i++) {
      if (focused().equals(wanted)) {
        return;
      }
      press(Keys.TAB);
    }
    throw new AssertionError(selector + " is not reached by Tab");
  }
}
