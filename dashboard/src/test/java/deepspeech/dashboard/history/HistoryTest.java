package deepspeech.dashboard.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final Instant TIME = Instant.parse("2026-11-22T08:00:00Z");
  private static final RunId RUN = new RunId("demo");

  private final History history = new History();

  @Test
  void theRunThatChangedLastIsTheFirst() {
    // When
    add(state("old", 1));
    add(state("new", 2));
    add(new MetricPoint(new RunId("old"), MetricName.TRAIN_LOSS, 1, 1, 1, 1, TIME.plusSeconds(3)));

    // Then
    assertThat(history.runs())
        .extracting(record -> record.run().value())
        .containsExactly("old", "new");
    assertThat(history.points()).isEqualTo(1);
  }

  @Test
  void everyChangeOfARunHasAVersionOfItsOwn() {
    // Given
    add(state("demo", 1));
    long first = history.run(RUN).orElseThrow().version();

    // When
    add(state("demo", 2));

    // Then
    assertThat(history.run(RUN).orElseThrow().version()).isGreaterThan(first);
  }

  @Test
  void theBestIsTheLowestCerAndTheEarlierOfEquals() {
    // When
    add(evaluation(1, 0.3, 10));
    add(evaluation(3, 0.2, 30));
    add(evaluation(2, 0.2, 20));

    // Then
    assertThat(history.run(RUN).orElseThrow().best().orElseThrow().checkpoint())
        .hasToString("epoch-0002");
  }

  @Test
  void whatARunHasGoneBackFromIsNeitherItsBestNorItsCheckpoint() {
    // Given
    add(checkpoint(1, 10));
    add(checkpoint(2, 20));
    add(evaluation(1, 0.3, 10));
    add(evaluation(2, 0.2, 20));

    // When
    add(new MetricPoint(RUN, MetricName.RESUMED, 10, 10, 1, 10, TIME.plusSeconds(100)));
    RunRecord record = history.run(RUN).orElseThrow();

    // Then
    assertThat(record.checkpoints())
        .extracting(event -> event.checkpoint().toString())
        .containsExactly("epoch-0001");
    assertThat(record.best().orElseThrow().checkpoint()).hasToString("epoch-0001");
    add(evaluationAt(2, 0.1, 20, TIME.plusSeconds(200)));
    assertThat(record.best().orElseThrow().cer()).isEqualTo(0.1);
  }

  @Test
  void anUtteranceThatIsPublishedTwiceIsCountedOnceAndAllOthersAreCounted() {
    // When
    for (int line = 1; line <= 1000; line++) {
      add(utterance("demo", line, "too_long"));
      add(utterance("demo", line, "too_long"));
    }
    add(utterance("demo", 1001, "silent"));
    DeadLetters all = history.run(RUN).orElseThrow().deadLetters(Optional.empty());
    DeadLetters silent = history.run(RUN).orElseThrow().deadLetters(Optional.of("silent"));

    // Then
    assertThat(all.counts()).isEqualTo(Map.of("too_long", 1000L, "silent", 1L));
    assertThat(all.letters()).hasSize(DeadLetterBox.KEPT + 1);
    assertThat(all.letters().get(0).utterance()).isEqualTo(1001);
    assertThat(all.letters().get(1).utterance()).isEqualTo(1000);
    assertThat(silent.letters()).hasSize(1);
  }

  @Test
  void aMessageThatIsPublishedTwiceUnderOneIdIsCountedOnce() {
    // When
    history.add(command("demo"), Optional.of("id-1"));
    history.add(command("demo"), Optional.of("id-1"));
    history.add(command("demo"), Optional.of("id-2"));
    history.add(command("demo"), Optional.empty());

    // Then
    assertThat(history.run(RUN).orElseThrow().deadLetters(Optional.empty()).counts())
        .isEqualTo(Map.of("rejected", 3L));
  }

  @Test
  void endlessReasonsAndTextsAreBounded() {
    // When
    for (int i = 0; i < 1000; i++) {
      add(
          letter(
              Map.of(
                  "kind",
                  DeadLetter.COMMAND,
                  "subject",
                  "s",
                  "reason",
                  "r" + i,
                  "detail",
                  "x".repeat(100_000),
                  "original",
                  "o",
                  "time",
                  TIME)));
    }
    DeadLetters letters = history.deadLettersWithoutRun(Optional.empty());

    // Then
    assertThat(letters.counts().values().stream().mapToLong(count -> count).sum()).isEqualTo(1000);
    assertThat(letters.counts()).hasSizeLessThan(60);
    assertThat(letters.letters().get(0).detail()).hasSizeLessThan(1100);
  }

  @Test
  void aLetterWhoseRunIsNoNameBelongsToNoRun() {
    // When
    add(utterance("<script>", 1, "silent"));
    add(utteranceWithoutRun(2));

    // Then
    assertThat(history.runs()).isEmpty();
    assertThat(history.deadLettersWithoutRun(Optional.empty()).counts())
        .isEqualTo(Map.of("silent", 2L));
  }

  @Test
  void aRunThatADeadLetterAloneNamesIsNotListed() {
    // When
    add(utterance("demo", 1, "silent"));

    // Then
    assertThat(history.runs()).isEmpty();
    assertThat(history.run(RUN)).isPresent();
  }

  @Test
  void aMessageWithoutWhatMakesItOfUseIsRefused() {
    // When / Then
    assertThatThrownBy(() -> add(new MetricPoint(RUN, MetricName.TRAIN_LOSS, 1, 1, 1, 1, null)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("time: null given");
    assertThat(history.runs()).isEmpty();
  }

  @Test
  void afterReadingRestartsNothingOldIsLeft() {
    // Given
    add(state("demo", 1));
    add(utteranceWithoutRun(2));

    // When
    history.clear();

    // Then
    assertThat(history.runs()).isEmpty();
    assertThat(history.deadLettersWithoutRun(Optional.empty()).counts()).isEmpty();
  }

  private void add(Object message) {
    history.add(message, Optional.empty());
  }

  private static RunState state(String run, int seconds) {
    return RunState.accepted(
            new RunId(run), TrainingConfiguration.defaults(), TIME.plusSeconds(seconds))
        .withStatus(RunStatus.RUNNING, TIME.plusSeconds(seconds));
  }

  private static Evaluation evaluation(int epoch, double cer, long step) {
    return evaluationAt(epoch, cer, step, TIME.plusSeconds(step));
  }

  private static Evaluation evaluationAt(int epoch, double cer, long step, Instant time) {
    return new Evaluation(
        new TestedCheckpoint(RUN, CheckpointId.endOfEpoch(epoch), epoch, 10, step),
        new TestErrors(cer, null, 1, 0, 1, 0, 0, 0),
        List.of(),
        new TestTiming(1, null, time));
  }

  private static CheckpointCommitted checkpoint(int epoch, long step) {
    return CheckpointCommitted.untested(
        RUN, CheckpointId.endOfEpoch(epoch), step, "s3://b/k/", List.of(), TIME.plusSeconds(step));
  }

  private static DeadLetter utterance(String run, long line, String reason) {
    Map<String, Object> fields = new HashMap<>(fields(line, reason));
    fields.put("run", run);
    return letter(fields);
  }

  private static DeadLetter utteranceWithoutRun(long line) {
    return letter(fields(line, "silent"));
  }

  private static Map<String, Object> fields(long line, String reason) {
    return Map.of(
        "kind",
        DeadLetter.UTTERANCE,
        "subject",
        "a.wav",
        "split",
        "train",
        "utterance",
        line,
        "reason",
        reason,
        "detail",
        "detail",
        "time",
        TIME);
  }

  /** A dead letter with any values, as another program may publish it. */
  private static DeadLetter letter(Map<String, Object> fields) {
    return Json.convert(Json.toTree(fields), DeadLetter.class);
  }

  private static DeadLetter command(String run) {
    return DeadLetter.rejected(DeadLetter.COMMAND, new RunId(run), "id", "no", new byte[0], TIME);
  }
}
