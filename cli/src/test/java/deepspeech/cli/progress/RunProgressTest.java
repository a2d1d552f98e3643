package deepspeech.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunProgressTest {
  private static final RunId RUN = new RunId("demo");
  private static final Instant TIME = Instant.parse("2021-08-31T22:41:43.713666Z");
  private static final TrainingConfiguration CONFIGURATION =
      TrainingConfiguration.of(Map.of("num_epoch", 50));

  private final List<String> lines = new ArrayList<>();
  private final RunProgress progress = new RunProgress(RUN, ZoneOffset.UTC, lines::add);

  /** The expected line is the manual's. */
  @Test
  void pointsOfOneStepMakeTheManualsLine() {
    // Given
    progress.accept(state(RunStatus.RUNNING, new Position(1, 0, 1599, 0), null, 102_394));
    lines.clear();

    // When
    report(1, 101, 86.532333, 0.0002, 46_778);

    // Then
    assertThat(lines)
        .containsExactly(
            "Train [2021-08-31 22:41:43.713666] epoch: [1/50], batch: [100/1599], learning rate:"
                + " 0.00020000, train loss: 86.532333, eta: 12:59:38");
  }

  @Test
  void theConfigurationAndTheNumberOfSamplesComeBeforeTheFirstLine() {
    // When
    progress.accept(state(RunStatus.ACCEPTED, null, null, null));
    progress.accept(state(RunStatus.RUNNING, new Position(1, 0, 1599, 0), null, 102_394));
    report(1, 1, 2053.378662, 0.0002, 291_064);
    progress.accept(state(RunStatus.RUNNING, new Position(1, 1, 1599, 1), null, 102_394));

    // Then
    assertThat(lines.get(0)).startsWith("-----------  Configuration Arguments -----------\n");
    assertThat(lines.get(0)).contains("\nnum_epoch: 50\n");
    assertThat(lines.subList(1, lines.size()))
        .containsExactly(
            "Run demo: accepted",
            "Run demo: running",
            "[2021-08-31 22:41:43.713666] number of training samples: 102394",
            "Train [2021-08-31 22:41:43.713666] epoch: [1/50], batch: [0/1599], learning rate:"
                + " 0.00020000, train loss: 2053.378662, eta: 3 days, 8:51:04");
  }

  @Test
  void aLineWaitsUntilTheNumberOfBatchesIsKnown() {
    // Given
    progress.accept(state(RunStatus.ACCEPTED, null, null, null));
    lines.clear();

    // When
    report(1, 1, 3.5, 0.0002, 60);
    List<String> before = List.copyOf(lines);
    progress.accept(state(RunStatus.RUNNING, new Position(1, 1, 63, 1), null, null));

    // Then
    assertThat(before).isEmpty();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).contains("batch: [0/63]");
  }

  @Test
  void theFirstLineOfAnEpochWaitsForTheNumberOfItsOwnBatches() {
    // Given
    progress.accept(state(RunStatus.RUNNING, new Position(1, 63, 63, 63), null, 1000));
    lines.clear();

    // When
    report(2, 1, 3.5, 0.0002, 60);
    List<String> before = List.copyOf(lines);
    progress.accept(state(RunStatus.RUNNING, new Position(2, 1, 62, 64), null, 1000));

    // Then
    assertThat(before).isEmpty();
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("epoch: [2/50], batch: [0/62]");
  }

  @Test
  void ofAnOldRunTheConfigurationIsAnnouncedFirst() {
    // Given
    RunState newest =
        state(RunStatus.FINISHED, new Position(2, 63, 63, 126), CheckpointId.endOfEpoch(2), 1000);

    // When
    progress.announce(newest);
    report(1, 1, 3.5, 0.0002, 60);
    progress.accept(newest);

    // Then
    assertThat(lines.get(0)).startsWith("-----------  Configuration Arguments");
    assertThat(lines.get(1)).contains("batch: [0/63]");
    assertThat(lines.get(2)).isEqualTo("Run demo: finished, last checkpoint epoch-0002");
  }

  @Test
  void aSkippedStepIsShownWithoutLoss() {
    // Given
    progress.accept(state(RunStatus.RUNNING, new Position(3, 20, 63, 140), null, 1000));
    report(3, 21, 3.5, 0.0002, 60);
    lines.clear();

    // When
    progress.accept(point(MetricName.LEARNING_RATE, 0.0002, 3, 31));
    progress.accept(point(MetricName.ETA_SECONDS, 60, 3, 31));

    // Then
    assertThat(lines)
        .containsExactly("Step skipped at epoch 3, batch 30: loss or gradient is not finite");
  }

  @Test
  void aTestResultIsShownOnceAndTheBestIsTheFirstOfTheLeast() {
    // Given
    progress.accept(state(RunStatus.RUNNING, new Position(1, 0, 63, 0), null, 1000));
    lines.clear();

    // When
    progress.accept(evaluation(CheckpointId.endOfEpoch(1), 0.5));
    progress.accept(evaluation(CheckpointId.endOfEpoch(2), 0.25));
    progress.accept(evaluation(CheckpointId.endOfEpoch(3), 0.25));
    progress.accept(evaluation(CheckpointId.endOfEpoch(2), 0.25));

    // Then
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .isEqualTo(
            "Test [2021-08-31 22:41:43.713666] epoch: [1/50], checkpoint: epoch-0001, test cer:"
                + " 0.500000");
    assertThat(progress.best().orElseThrow().checkpoint()).isEqualTo(CheckpointId.endOfEpoch(2));
  }

  @Test
  void aRunEndsWhenItsLastCheckpointIsTested() {
    // Given
    CheckpointId last = CheckpointId.endOfEpoch(2);
    progress.accept(state(RunStatus.FINISHED, new Position(2, 63, 63, 126), last, 1000));

    // When
    boolean endedBefore = progress.ended();
    progress.accept(evaluation(last, 0.1));

    // Then
    assertThat(endedBefore).isFalse();
    assertThat(progress.ended()).isTrue();
  }

  @Test
  void aRunEndsWhenItsEarlierCheckpointsAreTestedTooAndTestsEndInAnyOrder() {
    // Given
    CheckpointId within = new CheckpointId(2, 14);
    CheckpointId last = CheckpointId.endOfEpoch(2);
    progress.accept(toTest(within, 77, TIME));
    progress.accept(toTest(last, 126, TIME));
    progress.accept(state(RunStatus.FINISHED, new Position(2, 63, 63, 126), last, 1000));

    // When
    progress.accept(evaluation(last, 126, 0.1, TIME));
    Optional<CheckpointId> outstanding = progress.checkpointToTest();
    progress.accept(evaluation(within, 77, 0.2, TIME));

    // Then
    assertThat(outstanding).contains(within);
    assertThat(progress.ended()).isTrue();
  }

  @Test
  void aCheckpointFromWhichTheRunHasGoneBackIsNotWaitedFor() {
    // Given
    CheckpointId within = new CheckpointId(2, 14);
    CheckpointId last = CheckpointId.endOfEpoch(2);
    progress.accept(toTest(within, 77, TIME));

    // When
    progress.accept(resumed(1, 63, TIME.plusSeconds(30)));
    progress.accept(state(RunStatus.FINISHED, new Position(2, 63, 63, 126), last, 1000));
    progress.accept(evaluation(last, 126, 0.1, TIME.plusSeconds(50)));

    // Then
    assertThat(progress.ended()).isTrue();
  }

  private static CheckpointCommitted toTest(CheckpointId checkpoint, long step, Instant time) {
    return new CheckpointCommitted(
        RUN,
        checkpoint,
        checkpoint.epoch(),
        checkpoint.batch(),
        step,
        "s3://deepspeech/runs/demo/x/",
        List.of(),
        new DataSpecification(
            new DataFiles("manifest.test", "vocab.txt", "mean_std.npz"),
            new DurationLimits(0, 20),
            new Batching(2, "batch_shuffle_clipped"),
            TextRules.DEFAULT,
            0),
        Provenance.NONE,
        time);
  }

  @Test
  void aRunThatGoesBackShowsTheTestsOfReplacedCheckpointsAndWaitsForTheLast() {
    // Given
    CheckpointId last = CheckpointId.endOfEpoch(3);
    progress.accept(state(RunStatus.RUNNING, new Position(1, 0, 63, 0), null, 1000));
    progress.accept(evaluation(CheckpointId.endOfEpoch(1), 63, 0.5, TIME));
    progress.accept(evaluation(CheckpointId.endOfEpoch(2), 126, 0.2, TIME.plusSeconds(10)));
    progress.accept(evaluation(last, 189, 0.1, TIME.plusSeconds(20)));
    progress.accept(state(RunStatus.FINISHED, new Position(3, 63, 63, 189), last, 1000));

    // When
    progress.accept(resumed(1, 63, TIME.plusSeconds(30)));
    progress.accept(state(RunStatus.RUNNING, new Position(2, 0, 63, 63), null, 1000));
    progress.accept(state(RunStatus.FINISHED, new Position(3, 63, 63, 189), last, 1000));
    boolean endedBefore = progress.ended();
    double bestBefore = progress.best().orElseThrow().cer();
    lines.clear();
    // Its test began while the old checkpoint was there.
    progress.accept(evaluation(last, 189, 0.1, TIME.plusSeconds(31)));
    List<String> ofTheOldOne = List.copyOf(lines);
    progress.accept(evaluation(CheckpointId.endOfEpoch(2), 126, 0.4, TIME.plusSeconds(40)));
    progress.accept(evaluation(last, 189, 0.3, TIME.plusSeconds(50)));

    // Then
    assertThat(endedBefore).isFalse();
    assertThat(bestBefore).isEqualTo(0.5);
    assertThat(ofTheOldOne).isEmpty();
    assertThat(lines)
        .hasSize(2)
        .allMatch(line -> line.startsWith("Test "))
        .last()
        .asString()
        .endsWith("checkpoint: epoch-0003, test cer: 0.300000");
    assertThat(progress.best().orElseThrow().cer()).isEqualTo(0.3);
    assertThat(progress.ended()).isTrue();
  }

  @Test
  void aRunEndsWhenItsLastCheckpointCannotBeTestedAndReportsThatNoneWas() {
    // Given
    CheckpointId last = CheckpointId.endOfEpoch(2);
    progress.accept(committed(CheckpointId.endOfEpoch(1), "a"));
    progress.accept(committed(last, "b"));
    progress.accept(state(RunStatus.FINISHED, new Position(2, 63, 63, 126), last, 1000));
    lines.clear();

    // When
    progress.accept(untested(committed(CheckpointId.endOfEpoch(1), "a")));
    boolean endedBefore = progress.ended();
    progress.accept(untested(committed(last, "b")));
    boolean ended = progress.ended();
    progress.summarise();

    // Then
    assertThat(endedBefore).isFalse();
    assertThat(ended).isTrue();
    assertThat(lines)
        .containsExactly(
            "Test of checkpoint epoch-0001 failed: the model's vocabulary is another",
            "Warning: no checkpoint was tested: all 2 tests failed, the last one for checkpoint"
                + " epoch-0002: the model's vocabulary is another");
  }

  @Test
  void aDelayedTestIsReportedAndStillWaitedFor() {
    // Given
    CheckpointId last = CheckpointId.endOfEpoch(2);
    progress.accept(committed(last, "b"));
    progress.accept(state(RunStatus.FINISHED, new Position(2, 63, 63, 126), last, 1000));
    lines.clear();

    // When
    progress.accept(
        DeadLetter.delayedTest(
            RUN,
            CheckpointId.endOfEpoch(2),
            "cannot write /work/model.onnx: No space left on device",
            TIME));

    // Then
    assertThat(lines)
        .containsExactly(
            "Test of checkpoint epoch-0002 is delayed and will be retried: cannot write"
                + " /work/model.onnx: No space left on device");
    assertThat(progress.checkpointToTest()).contains(last);
    assertThat(progress.delay(last))
        .contains("cannot write /work/model.onnx: No space left on device");

    // When
    progress.accept(evaluation(last, 0.5));
    progress.summarise();

    // Then
    assertThat(progress.ended()).isTrue();
    assertThat(progress.delay(last)).isEmpty();
    assertThat(lines).noneMatch(line -> line.contains("could not be tested"));
  }

  @Test
  void aLateFailedTestDoesNotCountForTheCheckpointThatReplacedItsOwn() {
    // Given
    CheckpointId last = CheckpointId.endOfEpoch(2);
    progress.accept(committed(last, "old"));
    progress.accept(resumed(1, 63, TIME));
    progress.accept(committed(last, "new"));
    progress.accept(state(RunStatus.FINISHED, new Position(2, 63, 63, 126), last, 1000));
    lines.clear();

    // When
    progress.accept(untested(committed(last, "old")));

    // Then
    assertThat(progress.ended()).isFalse();
    assertThat(lines).isEmpty();
  }

  @Test
  void aRejectedCommandIsNoSkippedUtterance() {
    // When
    progress.accept(
        DeadLetter.rejected(
            DeadLetter.COMMAND,
            RUN,
            "0f5d",
            "run: \"demo\" given, which is finished; allowed: a run that is waiting or running",
            new byte[0],
            TIME));

    // Then
    assertThat(lines)
        .containsExactly(
            "Command 0f5d was rejected: run: \"demo\" given, which is finished; allowed: a run that"
                + " is waiting or running");
  }

  @Test
  void aRunThatIsNotTestedEndsWithItsTraining() {
    // Given
    RunState finished =
        RunState.accepted(RUN, TrainingConfiguration.of(Map.of("test_off", true)), TIME)
            .withStatus(RunStatus.FINISHED, TIME)
            .withLastCheckpoint(CheckpointId.endOfEpoch(1), TIME);

    // When
    progress.accept(finished);

    // Then
    assertThat(progress.ended()).isTrue();
  }

  @Test
  void aFailedRunShowsItsReasonAndEnds() {
    // Given
    RunState failed =
        RunState.accepted(RUN, CONFIGURATION, TIME)
            .withStatus(RunStatus.FAILED, "no usable utterance", TIME)
            .withPosition(new Position(1, 1, 63, 1), TIME)
            .withLastCheckpoint(CheckpointId.endOfEpoch(1), TIME)
            .withData(10, List.of(), TIME);

    // When
    progress.accept(failed);

    // Then
    assertThat(lines).last().isEqualTo("Run demo: failed: no usable utterance");
    assertThat(progress.ended()).isTrue();
  }

  @Test
  void aRunThatEndedEarlyEndsWithTheReasonAndItsLastCheckpoint() {
    // When
    progress.accept(
        state(RunStatus.FINISHED, new Position(5, 63, 63, 315), CheckpointId.endOfEpoch(5), 1000)
            .withStatus(RunStatus.FINISHED, "early stop after epoch 5 of 50", TIME));

    // Then
    assertThat(lines)
        .last()
        .isEqualTo(
            "Run demo: finished: early stop after epoch 5 of 50, last checkpoint epoch-0005");
  }

  @Test
  void aResumedRunShowsItsChangedConfigurationAgain() {
    // Given
    progress.accept(state(RunStatus.STOPPED, new Position(1, 5, 63, 5), null, 1000));
    lines.clear();
    RunState resumed =
        RunState.accepted(RUN, TrainingConfiguration.of(Map.of("num_epoch", 60)), TIME)
            .withData(1000, List.of(), TIME);

    // When
    progress.accept(resumed);

    // Then
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).contains("\nnum_epoch: 60\n");
    assertThat(lines.get(1)).isEqualTo("Run demo: accepted");
    assertThat(progress.ended()).isFalse();
  }

  @Test
  void deadLettersAreShownOnceUpToThree() {
    // When
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int i = 1; i <= 5; i++) {
        progress.accept(letter(i, i == 1 ? SkipReason.TOO_SHORT : SkipReason.MISSING_AUDIO));
      }
    }

    // Then
    assertThat(lines)
        .containsExactly(
            "Skipped: utterance a1.wav: why 1",
            "Skipped: utterance a2.wav: why 2",
            "Skipped: utterance a3.wav: why 3",
            "Skipped: more utterances, counted at the end of the run; the topic deepspeech.dead-letters lists each");
  }

  @Test
  void aManifestLineThatNamesNoFileIsShownByItsNumber() {
    // When
    progress.accept(
        DeadLetter.utterance(
            RUN,
            Split.TRAIN,
            new SkippedUtterance(
                7,
                null,
                SkipReason.MALFORMED_LINE,
                "/data/manifest.train line 7: not JSON at column 1: red"),
            TIME));

    // Then
    assertThat(lines)
        .containsExactly("Skipped: /data/manifest.train line 7: not JSON at column 1: red");
  }

  @Test
  void skippedUtterancesAreCountedByReasonAtTheEndTheMostFirst() {
    // Given
    progress.accept(
        state(RunStatus.FINISHED, new Position(2, 63, 63, 126), null, 1000)
            .withSkipped(
                Map.of(SkipReason.SILENT, 1, SkipReason.BROKEN_AUDIO, 1, SkipReason.TOO_LONG, 3),
                TIME));
    lines.clear();

    // When
    progress.summarise();

    // Then
    assertThat(lines).containsExactly("skipped: 3 too_long, 1 broken_audio, 1 silent");
  }

  @Test
  void aTestSetThatShrankIsReportedAtTheEndAsTheNewestTestFoundIt() {
    // Given
    progress.accept(
        state(RunStatus.FINISHED, new Position(2, 63, 63, 126), CheckpointId.endOfEpoch(2), 1000));
    progress.accept(evaluation(CheckpointId.endOfEpoch(1), 0.2));
    progress.accept(evaluation(CheckpointId.endOfEpoch(2), 126, 0.1, 23, TIME));
    lines.clear();

    // When
    progress.summarise();

    // Then
    assertThat(lines)
        .containsExactly(
            "Warning: the test CER covers 100 of 123 test utterances; 23 were skipped (deepspeech check"
                + " and the topic deepspeech.dead-letters give the reasons)");
  }

  @Test
  void aRunThatSkippedNothingPrintsNothingAboutIt() {
    // Given
    progress.accept(
        state(RunStatus.FINISHED, new Position(2, 63, 63, 126), null, 1000)
            .withSkipped(Map.of(), TIME));
    lines.clear();

    // When
    progress.summarise();

    // Then
    assertThat(lines).isEmpty();
  }

  @Test
  void warningsAreShownOnceBehindTheNumberOfSamples() {
    // Given
    RunState running =
        state(RunStatus.RUNNING, new Position(1, 0, 63, 0), null, 972)
            .withData(972, List.of("noise.manifest: is not there"), TIME);

    // When
    progress.accept(running);
    progress.accept(running.withPosition(new Position(1, 5, 63, 5), TIME));

    // Then
    assertThat(lines.subList(1, lines.size()))
        .containsExactly(
            "[2021-08-31 22:41:43.713666] number of training samples: 972",
            "Warning: noise.manifest: is not there");
  }

  @Test
  void theStoresAddressOfACheckpointIsKept() {
    // Given
    CheckpointId checkpoint = CheckpointId.endOfEpoch(1);

    // When
    progress.accept(
        CheckpointCommitted.untested(
            RUN, checkpoint, 63, "s3://deepspeech/runs/demo/x/", List.of(), TIME));

    // Then
    assertThat(progress.uri(checkpoint)).contains("s3://deepspeech/runs/demo/x/");
    assertThat(progress.uri(CheckpointId.endOfEpoch(2))).isEmpty();
  }

  private void report(int epoch, int batchesDone, double loss, double learningRate, double eta) {
    progress.accept(point(MetricName.TRAIN_LOSS, loss, epoch, batchesDone));
    progress.accept(point(MetricName.GRADIENT_NORM, 1, epoch, batchesDone));
    progress.accept(point(MetricName.LEARNING_RATE, learningRate, epoch, batchesDone));
    progress.accept(point(MetricName.ETA_SECONDS, eta, epoch, batchesDone));
  }

  private static MetricPoint point(MetricName name, double value, int epoch, int batch) {
    return new MetricPoint(RUN, name, value, batch, epoch, batch, TIME);
  }

  private static RunState state(
      RunStatus status, Position position, CheckpointId checkpoint, Integer samples) {
    return RunState.accepted(RUN, CONFIGURATION, TIME)
        .withStatus(status, TIME)
        .withPosition(position, TIME)
        .withLastCheckpoint(checkpoint, TIME)
        .withData(samples, List.of(), TIME);
  }

  private static MetricPoint resumed(int epoch, long step, Instant time) {
    return new MetricPoint(RUN, MetricName.RESUMED, step, step, epoch, 0, time);
  }

  private static CheckpointCommitted committed(CheckpointId checkpoint, String weights) {
    return CheckpointCommitted.untested(
        RUN,
        checkpoint,
        63L * checkpoint.epoch(),
        "s3://deepspeech/runs/demo/x/",
        List.of(new CheckpointFile("model.safetensors", 1, weights.repeat(64).substring(0, 64))),
        TIME);
  }

  private static DeadLetter untested(CheckpointCommitted checkpoint) {
    return DeadLetter.rejected(
        DeadLetter.CHECKPOINT,
        RUN,
        checkpoint.checkpoint().toString(),
        "the model's vocabulary is another",
        Json.write(checkpoint),
        TIME);
  }

  private static Evaluation evaluation(CheckpointId checkpoint, double cer) {
    return evaluation(checkpoint, 63, cer, TIME);
  }

  private static Evaluation evaluation(
      CheckpointId checkpoint, long step, double cer, Instant time) {
    return evaluation(checkpoint, step, cer, 0, time);
  }

  private static Evaluation evaluation(
      CheckpointId checkpoint, long step, double cer, int skipped, Instant time) {
    return new Evaluation(
        new TestedCheckpoint(RUN, checkpoint, checkpoint.epoch(), 63, step),
        new TestErrors(cer, null, 100, skipped, 2000, 1, 1, 1),
        List.of(),
        new TestTiming(1.5, null, time));
  }

  private static DeadLetter letter(int line, SkipReason reason) {
    return DeadLetter.utterance(
        RUN,
        Split.TRAIN,
        new SkippedUtterance(line, "a" + line + ".wav", reason, "why " + line),
        TIME);
  }
}
