package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.Parameter;
import deepspeech.checkpoint.BestPointer;
import deepspeech.checkpoint.OtherStore;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestResults;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.tensor.Tensor;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.testing.server.TestStore;
import deepspeech.trainer.command.InvalidCommandException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that begin with a checkpoint: what they take from it, and what is refused. */
@Tag("integration")
class FineTuneIT {
  private static final StoreLocation HOME = new StoreLocation("deepspeech", null);
  private static final StoreLocation ELSEWHERE = new StoreLocation("other-bucket", "team/asr");
  private static final int UNITS = 8;
  private static final TrainingConfiguration CONFIGURATION =
      TrainingConfiguration.of(
          Map.of(
              "use_gpu",
              false,
              "num_epoch",
              2,
              "num_conv_layers",
              1,
              "num_rnn_layers",
              1,
              "rnn_layer_size",
              UNITS,
              "log_interval",
              1,
              "learning_rate",
              0.001,
              "checkpoint_interval",
              2));

  @TempDir Path directory;
  private EmbeddedS3 s3;
  private TrainingSite site;

  @BeforeEach
  void start() throws Exception {
    s3 = TestStore.start(directory.resolve("s3"), HOME.bucket(), ELSEWHERE.bucket());
    site = new TrainingSite(s3, HOME, directory.resolve("work"));
  }

  @AfterEach
  void stop() {
    site.close();
    s3.close();
  }

  @Test
  void aChangedVocabularyKeepsTheOutputsOfSharedTokensAndReportsWhatBecameOfTheOthers()
      throws Exception {
    // Given
    site.train("first", CONFIGURATION);
    site.data.vocabulary = List.of("<blank>", "b", "d", "a", " ");

    // When
    RunState tuned =
        site.train(
            "second",
            pretrained("first/latest", Map.of("learning_rate", 1e-9, "num_epoch", 1, "seed", 5)));

    // Then
    assertThat(tuned.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(tuned.warnings())
        .containsExactly(
            "vocab_path: 5 tokens, checkpoint first/epoch-0002 has 4: kept 3, added 2 (d ' '),"
                + " dropped 1 (c)",
            "manifest.train: one thing");
    assertThat(site.console())
        .contains(
            """
            Output layer of checkpoint first/epoch-0002 adapted to another vocabulary (5 tokens, had 4):
              kept 3
              added 2 (d ' ')
              dropped 1 (c)
            """);
    // Three steps of 1e-9 each leave the weights where they began, up to rounding.
    Map<String, Tensor> before = site.parameters("first", "epoch-0002");
    Map<String, Tensor> after = site.parameters("second", "epoch-0001");
    Map<String, Tensor> fresh =
        new ModelShape(1, 1, UNITS, 5)
            .parameters().stream()
                .collect(
                    Collectors.toMap(Parameter::name, parameter -> parameter.initialValues(5)));
    assertRows(after, before, 0, 0);
    assertRows(after, before, 1, 2);
    assertRows(after, fresh, 2, 2);
    assertRows(after, before, 3, 1);
    assertRows(after, fresh, 4, 4);
    assertThat(after.get("output.weight").shape()).containsExactly(5L, 2L * UNITS);
    assertClose(after.get("rnn.0.weight_hh").toFloats(), before.get("rnn.0.weight_hh").toFloats());
  }

  private static void assertRows(
      Map<String, Tensor> after, Map<String, Tensor> expected, int row, int expectedRow) {
    assertClose(
        row(after.get("output.weight"), row, 2 * UNITS),
        row(expected.get("output.weight"), expectedRow, 2 * UNITS));
    assertClose(
        row(after.get("output.bias"), row, 1), row(expected.get("output.bias"), expectedRow, 1));
  }

  private static float[] row(Tensor tensor, int row, int width) {
    return Arrays.copyOfRange(tensor.toFloats(), row * width, (row + 1) * width);
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-7));
    }
  }

  @Test
  void whatBecameOfTheVocabularyIsStillReportedAfterTheTrainerWasReplaced() throws Exception {
    // Given
    site.train("first", CONFIGURATION);
    site.data.vocabulary = List.of("<blank>", "a", "b", "d");
    site.leaveAt = "2/0";
    RunState left = site.train("second", pretrained("first/latest", Map.of()));
    assertThat(left.status()).isEqualTo(RunStatus.RUNNING);

    // When
    RunState end = site.goOn("second");

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(end.warnings()).isEqualTo(left.warnings()).hasSize(2);
    assertThat(end.warnings().get(0)).contains("kept 3, added 1 (d), dropped 1 (c)");
  }

  @Test
  void otherFeatureStatisticsAreReportedWhereTheOptimiserIsFresh() throws Exception {
    // Given
    site.train("first", CONFIGURATION);
    site.data.hashes.put("mean_std", "s2");

    // When
    RunState free = site.train("free", pretrained("first/latest", Map.of()));
    RunState frozen =
        site.train("frozen", pretrained("first/latest", Map.of("frozen_layers", "conv.0")));

    // Then
    String warning =
        "mean_std_path: SHA-256 s2 given, checkpoint first/epoch-0002 was trained with SHA-256 s1: the"
            + " features have another scale, %s;"
            + " s3://deepspeech/runs/first/checkpoints/epoch-0002/mean_std.npz keeps the scale";
    assertThat(free.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(free.warnings())
        .contains(warning.formatted("to which the model adapts during training"));
    assertThat(frozen.warnings())
        .contains(warning.formatted("to which the frozen layer conv.0 cannot adapt"));
  }

  @Test
  void frozenLayersAreThoseOfTheCheckpointToTheBitAlsoAfterTheRunWasResumed() throws Exception {
    // Given
    site.train("first", CONFIGURATION);
    Map<String, Tensor> before = site.parameters("first", "epoch-0002");
    site.train(
        "second", pretrained("first/latest", Map.of("frozen_layers", "conv.0", "num_epoch", 1)));

    // When
    RunState resumed = site.resume("second", Map.of("num_epoch", 2));

    // Then
    assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
    Map<String, Tensor> after = site.parameters("second", "epoch-0002");
    Map<String, Tensor> optimizer = site.tensors("second", "epoch-0002", "optimizer.safetensors");
    before.forEach(
        (name, value) ->
            assertThat(after.get(name).equals(value))
                .as(name)
                .isEqualTo(name.startsWith("conv.0.")));
    assertThat(optimizer.get("exp_avg.conv.0.weight").toFloats()).containsOnly(0);
    assertThat(optimizer.get("exp_avg.output.bias").toFloats()).doesNotContain(0);
  }

  @Test
  void newTokensAreNotAllowedInAFrozenOutput() throws Exception {
    // Given
    site.train("first", CONFIGURATION);
    site.data.vocabulary = List.of("<blank>", "a", "b", "d");

    // When
    RunState end =
        site.train("second", pretrained("first/latest", Map.of("frozen_layers", "output")));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.REJECTED);
    assertThat(end.reason())
        .isEqualTo(
            "frozen_layers: \"output\" given, allowed: without output, because checkpoint"
                + " first/epoch-0002 lacks 1 tokens of vocab_path (d)");
  }

  /** Base 0.001, two epochs behind it: 0.83² of it is left for the third. */
  @ParameterizedTest
  @CsvSource({
    "'', 6.889e-4, 5.71787e-4",
    "0.0005, 5e-4, 4.15e-4",
    "0.001, 1e-3, 8.3e-4",
  })
  void aLearningRateGivenToResumeHoldsFromTheNextEpochAndElseItContinuesToFall(
      String given, double third, double fourth) throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    Map<String, Object> changed = new HashMap<>(Map.of("num_epoch", 4));
    if (!given.isEmpty()) {
      changed.put("learning_rate", given);
    }

    // When
    site.resume("run", changed);

    // Then
    List<Double> rates = learningRates("run");
    assertThat(rates).hasSize(12);
    assertThat(rates.get(0)).isEqualTo(0.001);
    assertThat(rates.get(6)).isCloseTo(third, within(1e-12));
    assertThat(rates.get(9)).isCloseTo(fourth, within(1e-12));
  }

  @Test
  void aRunThatGoesBackBehindItsNewLearningRateFallsAsItDidThere() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    site.resume("run", Map.of("num_epoch", 4, "learning_rate", 0.0005));
    assertThat(learningRates("run").get(9)).isCloseTo(4.15e-4, within(1e-12));
    site.metrics.clear();

    // When
    RunState back = site.resume("run", Map.of("resume_model", "epoch-0002"));
    RunState behind = site.resume("run", Map.of("resume_model", "epoch-0001"));

    // Then
    assertThat(back.configuration().learningRate()).isEqualTo(0.0005);
    assertThat(back.configuration().learningRateEpoch()).contains(3);
    assertThat(behind.configuration().learningRate()).isEqualTo(0.001);
    assertThat(behind.configuration().learningRateEpoch()).isEmpty();
    List<Double> rates = learningRates("run").subList(6, 15);
    assertThat(rates.get(0)).isCloseTo(8.3e-4, within(1e-12));
    assertThat(rates.get(3)).isCloseTo(6.889e-4, within(1e-12));
    assertThat(rates.get(6)).isCloseTo(5.71787e-4, within(1e-12));
  }

  @Test
  void aNewRunThatResumesACheckpointHasItsOwnLearningRateFromThereUnlessItIsTheSame()
      throws Exception {
    // Given
    site.train("first", CONFIGURATION);
    TrainingConfiguration more =
        CONFIGURATION.with(Map.of("resume_model", "first/epoch-0002", "num_epoch", 3));

    // When
    site.train("same", more);
    site.train("other", more.with(Map.of("learning_rate", 0.0002)));
    site.train("explicit", more.with(Map.of("learning_rate_epoch", 3)));

    // Then
    assertThat(learningRates("same").get(0)).isCloseTo(6.889e-4, within(1e-12));
    assertThat(learningRates("other").get(0)).isEqualTo(0.0002);
    assertThat(learningRates("explicit").get(0)).isEqualTo(0.001);
  }

  @Test
  void aLearningRateGivenToResumeStillHoldsAfterTheTrainerWasReplaced() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    site.leaveAt = "4/1";
    site.resume("run", Map.of("num_epoch", 4, "learning_rate", 0.0005));

    // When
    site.goOn("run");

    // Then
    assertThat(learningRates("run")).hasSize(12);
    assertThat(learningRates("run").get(11)).isCloseTo(4.15e-4, within(1e-12));
  }

  private List<Double> learningRates(String run) {
    return site.metrics.stream()
        .filter(point -> point.run().value().equals(run))
        .filter(point -> point.name() == MetricName.LEARNING_RATE)
        .map(point -> point.value())
        .toList();
  }

  @Test
  void aResumeWithAnotherVocabularyIsRefusedWithBothAndLosesNothing() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    site.data.vocabulary = List.of("<blank>", "a", "d", "c", "e");

    // When
    RunState end = site.resume("run", Map.of("resume_model", "epoch-0001", "num_epoch", 3));

    // Then
    assertThat(end.reason())
        .isEqualTo(
            "vocab_path: 5 tokens with \"d\" in line 3 given, allowed: as in checkpoint run/epoch-0001,"
                + " 4 tokens with \"b\" in line 3; another vocabulary requires pretrained_model");
    assertThat(end.status()).isEqualTo(RunStatus.REJECTED);
    assertThat(site.store.list(new RunId("run"))).contains(CheckpointId.endOfEpoch(2));
    assertThat(site.data.discarded).containsExactly("run", "run");
    assertThat(end.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(2));
  }

  @Test
  void aResumeThatWasRefusedLeavesItsArgumentsBehindAndTheRunIsStillThere() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    site.data.hashes.put("mean_std", "s2");
    RunState refused =
        site.resume("run", Map.of("mean_std_path", "other.npz", "num_epoch", 4, "batch_size", 2));
    assertThat(refused.status()).isEqualTo(RunStatus.REJECTED);
    site.data.hashes.put("mean_std", "s1");

    // When
    var startedOver = assertThatThrownBy(() -> site.train("run", CONFIGURATION));
    RunState end = site.resume("run", Map.of("num_epoch", 3));

    // Then
    startedOver.hasMessageContaining(
        "allowed: a new name, because the store has checkpoints of a run of that name");
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(end.position().step()).isEqualTo(9);
    assertThat(end.configuration().asMap())
        .containsEntry("mean_std_path", "./dataset/mean_std.npz")
        .containsEntry("batch_size", 32);
  }

  @Test
  void aRunDoesNotGoBackBehindAPinnedCheckpoint() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    site.store.pin(new RunId("run"), CheckpointId.endOfEpoch(2));

    // When
    var before = assertThatThrownBy(() -> site.resume("run", Map.of("resume_model", "epoch-0001")));
    RunState after = site.resume("run", Map.of("num_epoch", 3));

    // Then
    before.hasMessage(
        "resume_model: \"epoch-0001\" given, allowed: no checkpoint before epoch-0002, which is pinned"
            + " and would be removed");
    assertThat(after.status()).isEqualTo(RunStatus.FINISHED);
  }

  @Test
  void aRunThatHasCheckpointsDoesNotResumeFromThoseOfAnotherRun() throws Exception {
    // Given
    site.train("first", CONFIGURATION);
    site.train("second", CONFIGURATION);

    // Then
    assertThatThrownBy(
            () -> site.resume("second", Map.of("resume_model", "first/latest", "num_epoch", 3)))
        .hasMessage(
            "resume_model: \"first/latest\" given, allowed: a checkpoint of run second, because that run"
                + " has its own, or the name of a new run");
  }

  @Test
  void aVocabularyThatEndsEarlierIsRefusedWithBoth() throws Exception {
    // Given
    site.train("first", CONFIGURATION);
    site.data.vocabulary = List.of("<blank>", "a", "b");

    // When
    RunState end =
        site.train("second", CONFIGURATION.with(Map.of("resume_model", "first/epoch-0001")));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.REJECTED);
    assertThat(end.reason())
        .isEqualTo(
            "vocab_path: 3 tokens and no line 4 given, allowed: as in checkpoint first/epoch-0001,"
                + " 4 tokens with \"c\" in line 4; another vocabulary requires pretrained_model");
  }

  @Test
  void aResumeWithOtherFeatureStatisticsIsRefusedWithBothHashes() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    site.data.hashes.put("mean_std", "s2");

    // When
    RunState end = site.resume("run", Map.of("num_epoch", 3));

    // Then
    assertThat(end.reason())
        .isEqualTo(
            "mean_std_path: \"SHA-256 s2\" given, allowed: the file of checkpoint run/epoch-0002"
                + " with SHA-256 s1, stored as"
                + " s3://deepspeech/runs/run/checkpoints/epoch-0002/mean_std.npz");
  }

  @Test
  void aResumeWithAnotherModelIsRefusedWithEveryArgumentThatDiffers() throws Exception {
    // Given
    site.train("run", CONFIGURATION);

    // When
    var resume =
        assertThatThrownBy(
            () -> site.resume("run", Map.of("num_rnn_layers", 2, "rnn_layer_size", 16)));
    var pretrained =
        assertThatThrownBy(
            () -> site.train("other", pretrained("run/latest", Map.of("num_conv_layers", 2))));

    // Then
    resume
        .isInstanceOf(InvalidCommandException.class)
        .hasMessage(
            "num_rnn_layers: 2 given, allowed: 1; rnn_layer_size: 16 given, allowed: 8, as in"
                + " checkpoint run/epoch-0002");
    pretrained.hasMessage("num_conv_layers: 2 given, allowed: 1, as in checkpoint run/epoch-0002");
  }

  @Test
  void argumentsOfOtherBatchesAreRefusedInsideAnEpochBeforeTheRunIsAccepted() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    String inside = "epoch-0002-batch-000002";

    // When
    var resumed =
        assertThatThrownBy(
            () -> site.resume("run", Map.of("resume_model", inside, "batch_size", 4, "seed", 7)));
    var begun =
        assertThatThrownBy(
            () ->
                site.train(
                    "other",
                    CONFIGURATION.with(
                        Map.of("resume_model", "run/" + inside, "max_duration", 5))));

    // Then
    String refusal =
        "resume_model: \"epoch-0002-batch-000002\" given, a checkpoint inside an epoch of different"
            + " batches: %s; allowed: the earlier values, or a checkpoint at the end of an epoch";
    resumed
        .isInstanceOf(InvalidCommandException.class)
        .hasMessage(refusal, "batch_size is 4, was 32, seed is 7, was 0");
    begun.hasMessage(refusal, "max_duration is 5.0, was 20.0");
    assertThat(site.state("run").status()).isEqualTo(RunStatus.FINISHED);
  }

  @Test
  void aResumeInsideAnEpochOfOtherBatchesIsRefusedAtItsStartWithTheFilesThatDiffer()
      throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    site.data.fingerprint = "f2";
    site.data.hashes.put("manifest", "m2");

    // When
    RunState end = site.resume("run", Map.of("resume_model", "epoch-0002-batch-000002"));

    // Then
    assertThat(end.reason())
        .isEqualTo(
            "resume_model: \"epoch-0002-batch-000002\" given, a checkpoint inside an epoch of different"
                + " batches: manifest has SHA-256 m2, had m1; allowed: the earlier values, or a"
                + " checkpoint at the end of an epoch");
  }

  @Test
  void aResumeThatFindsNoCheckpointIsRefusedWithThoseThatThereAre() throws Exception {
    // Given
    site.train("run", CONFIGURATION);

    // When
    var missing =
        assertThatThrownBy(
            () -> site.resume("run", Map.of("resume_model", "epoch-0009", "num_epoch", 9)));
    var untested =
        assertThatThrownBy(
            () -> site.resume("run", Map.of("resume_model", "best", "num_epoch", 9)));
    var none =
        assertThatThrownBy(
            () -> site.train("other", CONFIGURATION.with(Map.of("resume_model", "no/latest"))));

    // Then
    missing.hasMessage(
        "resume_model: \"epoch-0009\" given, but run run has no checkpoint epoch-0009, complete ones:"
            + " epoch-0001-batch-000002, epoch-0001, epoch-0002-batch-000002, epoch-0002");
    untested.hasMessage(
        "resume_model: \"best\" given, but run run has no best checkpoint: none has been tested yet");
    none.hasMessage(
        "resume_model: \"no/latest\" given, but run no has no complete checkpoint under"
            + " s3://deepspeech/runs/no/checkpoints/");
  }

  @Test
  void aResumeWhoseCheckpointsAreAllDamagedIsRefusedWithWhatWasExpectedAndFound() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    for (CheckpointId id : site.store.list(new RunId("run"))) {
      Path state = folder("run", id.toString()).resolve("training-state.json");
      Files.writeString(state, "{}");
    }

    // When
    var latest = assertThatThrownBy(() -> site.resume("run", Map.of("num_epoch", 3)));

    // Then
    latest
        .isInstanceOf(InvalidCommandException.class)
        .message()
        .startsWith(
            "resume_model: \"latest\" given, but all checkpoints of run run are damaged:"
                + " checkpoint epoch-0002 of run run is damaged: training-state.json: expected ")
        .contains(" found ")
        .contains("; checkpoint epoch-0002-batch-000002 of run run is damaged: ")
        .contains("; checkpoint epoch-0001 of run run is damaged: ")
        .hasLineCount(1);
  }

  @Test
  void aRunWhoseOnlyCheckpointHasDamagedWeightsReportsThat() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    for (CheckpointId id : site.store.list(new RunId("run"))) {
      Files.write(folder("run", id.toString()).resolve("model.safetensors"), new byte[3]);
    }

    // When
    RunState end = site.resume("run", Map.of("num_epoch", 3));

    // Then
    assertThat(end.status()).isEqualTo(RunStatus.REJECTED);
    assertThat(end.reason())
        .startsWith(
            "resume_model: \"latest\" given, but all checkpoints of run run are damaged: checkpoint epoch-0002 of run run")
        .contains("model.safetensors: expected ")
        .contains(" found 3 bytes");
  }

  private Path folder(String run, String checkpoint) {
    return directory
        .resolve("s3/buckets/deepspeech/runs")
        .resolve(run)
        .resolve("checkpoints")
        .resolve(checkpoint);
  }

  @Test
  void aRunResumesFromAnotherBucketUnderItsNameAsIfItHadNeverLeft() throws Exception {
    // Given
    site.train("run", CONFIGURATION.with(Map.of("num_epoch", 3)));
    try (TrainingSite origin = new TrainingSite(s3, ELSEWHERE, directory.resolve("elsewhere"))) {
      origin.train("run", CONFIGURATION);
      origin.store.offerBest(new RunId("run"), CheckpointId.endOfEpoch(1), 0.25);
    }

    // When
    try (TrainingSite empty =
        new TrainingSite(s3, new StoreLocation(HOME.bucket(), "new"), directory.resolve("new"))) {
      RunState end =
          empty.resume(
              "run",
              Map.of(
                  "resume_model",
                  "s3://other-bucket/team/asr/runs/run/checkpoints/epoch-0002/",
                  "num_epoch",
                  3));

      // Then
      assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(end.position().step()).isEqualTo(9);
      assertThat(empty.points("run", MetricName.TRAIN_LOSS))
          .isEqualTo(site.points("run", MetricName.TRAIN_LOSS).subList(6, 9));
      assertThat(empty.points("run", MetricName.LEARNING_RATE))
          .isEqualTo(site.points("run", MetricName.LEARNING_RATE).subList(6, 9));
      assertThat(empty.parameters("run", "epoch-0003"))
          .isEqualTo(site.parameters("run", "epoch-0003"));
      assertThat(empty.tensors("run", "epoch-0003", "optimizer.safetensors"))
          .isEqualTo(site.tensors("run", "epoch-0003", "optimizer.safetensors"));
      assertThat(empty.store.best(new RunId("run")).orElseThrow().cer()).isEqualTo(0.25);
      assertThat(empty.store.list(new RunId("run")))
          .contains(CheckpointId.endOfEpoch(1), CheckpointId.endOfEpoch(2));
    }
  }

  @Test
  void aRunFromAnotherBucketThatIsLeftBeforeItsFirstCheckpointResumesAllTheSame() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    try (TrainingSite other = new TrainingSite(s3, ELSEWHERE, directory.resolve("elsewhere"))) {
      other.leaveAt = "3/0";
      RunState left =
          other.resume(
              "run",
              Map.of(
                  "resume_model",
                  "s3://deepspeech/runs/run/checkpoints/epoch-0002",
                  "num_epoch",
                  3));
      assertThat(left.lastCheckpoint()).isNotNull();

      // When
      RunState end = other.goOn("run");

      // Then
      assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(end.position().step()).isEqualTo(9);
    }
  }

  @Test
  void aNewRunBeginsWithTheWeightsOfAnotherBucketOrResumesFromThereUnderANewName()
      throws Exception {
    // Given
    site.train("first", CONFIGURATION);
    String uri = "s3://deepspeech/runs/first/checkpoints/epoch-0002";
    try (TrainingSite other = new TrainingSite(s3, ELSEWHERE, directory.resolve("elsewhere"))) {

      // When
      RunState tuned = other.train("tuned", pretrained(uri, Map.of()));
      RunState going =
          other.train("going", CONFIGURATION.with(Map.of("resume_model", uri, "num_epoch", 3)));

      // Then
      assertThat(tuned.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(tuned.position().step()).isEqualTo(6);
      assertThat(going.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(going.position().step()).isEqualTo(9);
      assertThat(other.store.list(new RunId("first"))).isEmpty();
    }
  }

  @Test
  void aRunResumesFromTheSameBucketOfAnotherServerAsIfItHadNeverLeft() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    try (EmbeddedS3 newServer = EmbeddedS3.start(directory.resolve("new-s3"), 0)) {
      newServer.createBucket(HOME.bucket());
      OtherStore lab =
          new OtherStore(
              "lab",
              new ObjectStoreConfiguration(s3.endpoint(), s3.accessKey(), s3.secretKey(), null),
              HOME.bucket());
      Path work = directory.resolve("new-work");
      try (TrainingSite moved =
          new TrainingSite(TrainingSite.of(newServer, HOME).with(List.of(lab)), work)) {

        // When
        RunState end =
            moved.resume(
                "run",
                Map.of("resume_model", "s3://lab/runs/run/checkpoints/epoch-0002", "num_epoch", 3));
        RunState tuned =
            moved.train("tuned", pretrained("s3://lab/runs/run/checkpoints/latest", Map.of()));

        // Then
        site.resume("run", Map.of("num_epoch", 3));
        assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(moved.parameters("run", "epoch-0003"))
            .isEqualTo(site.parameters("run", "epoch-0003"));
        assertThat(tuned.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(moved.checkpoints)
            .last()
            .satisfies(
                event ->
                    assertThat(event.provenance().model(Argument.PRETRAINED_MODEL))
                        .contains("s3://lab/runs/run/checkpoints/epoch-0002/"));
      }
    }
  }

  @Test
  void anotherServerThatIsAwayRefusesTheCommandAndNamesIt() throws Exception {
    // Given
    URI away = URI.create("http://127.0.0.1:1");
    OtherStore lab =
        new OtherStore("lab", new ObjectStoreConfiguration(away, "id", "secret", null), "lab");
    try (TrainingSite other =
        new TrainingSite(
            TrainingSite.of(s3, ELSEWHERE).with(List.of(lab)), directory.resolve("elsewhere"))) {

      // When
      var refusal = refusal(other, "s3://lab/runs/run/checkpoints/epoch-0002");

      // Then
      refusal.hasMessageStartingWith(
          "resume_model: \"s3://lab/runs/run/checkpoints/epoch-0002\" given, but S3 endpoint %s is"
              + " not reachable",
          away);
    }
  }

  @Test
  void aUriThatNamesNothingOrTakesTheNameOfAnotherCheckpointIsRefused() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    try (TrainingSite other = new TrainingSite(s3, ELSEWHERE, directory.resolve("elsewhere"))) {
      other.train("run", CONFIGURATION.with(Map.of("seed", 1)));

      // When
      var missing = refusal(other, "s3://deepspeech/runs/run/checkpoints/epoch-0009");
      var bucket = refusal(other, "s3://no-bucket/runs/run/checkpoints/epoch-0002");
      var taken = refusal(other, "s3://deepspeech/runs/run/checkpoints/epoch-0002");

      // Then
      missing.hasMessage(
          "resume_model: \"s3://deepspeech/runs/run/checkpoints/epoch-0009\" given, but run run has no"
              + " checkpoint epoch-0009, complete ones: epoch-0001-batch-000002, epoch-0001,"
              + " epoch-0002-batch-000002, epoch-0002");
      bucket.hasMessage(
          "resume_model: \"s3://no-bucket/runs/run/checkpoints/epoch-0002\" given, but S3 endpoint"
              + " %s has no bucket no-bucket: create it, or name another",
          s3.endpoint());
      taken.hasMessage(
          "resume_model: \"s3://deepspeech/runs/run/checkpoints/epoch-0002\" given, allowed: another"
              + " name of the run, because"
              + " s3://other-bucket/team/asr/runs/run/checkpoints/epoch-0002/ has different"
              + " contents");
      assertThat(other.state("run").status()).isEqualTo(RunStatus.FINISHED);
    }
  }

  private static AbstractThrowableAssert<?, ?> refusal(TrainingSite site, String uri) {
    return assertThatThrownBy(() -> site.resume("run", Map.of("resume_model", uri, "num_epoch", 9)))
        .isInstanceOf(InvalidCommandException.class);
  }

  @Test
  void aRunThatGoesBackBehindItsBestCheckpointHasTheBestOfThoseThatAreLeft() throws Exception {
    // Given
    site.train("back", CONFIGURATION);
    site.tested("back", "epoch-0001-batch-000004", 0.6);
    site.tested("back", "epoch-0001", 0.4);
    site.tested("back", "epoch-0002-batch-000002", 0.5);
    site.tested("back", "epoch-0002", 0.3);
    assertThat(site.store.best(new RunId("back")).orElseThrow().checkpoint())
        .hasToString("epoch-0002");

    // When
    site.resume("back", Map.of("resume_model", "epoch-0002-batch-000002"));

    // Then
    assertThat(site.store.best(new RunId("back")).orElseThrow())
        .extracting(best -> best.checkpoint().toString(), BestPointer::cer)
        .containsExactly("epoch-0001", 0.4);
  }

  @Test
  void aCheckpointThatIsCommittedAgainIsAnnouncedAgainThoughItsBytesAreTheSame() throws Exception {
    // Given
    site.train("run", CONFIGURATION);

    // When
    site.resume("run", Map.of("resume_model", "epoch-0001"));

    // Then
    List<Integer> second =
        IntStream.range(0, site.checkpoints.size())
            .filter(i -> site.checkpoints.get(i).checkpoint().equals(CheckpointId.endOfEpoch(2)))
            .boxed()
            .toList();
    assertThat(second).hasSize(2);
    assertThat(
            second.stream()
                .map(i -> CheckpointFile.sha256(site.checkpoints.get(i).files(), "model.onnx"))
                .distinct())
        .hasSize(1);
    assertThat(second.stream().map(site.announcementIds::get)).doesNotHaveDuplicates();
  }

  @Test
  void aCheckpointThatANewTrainerAnnouncesAgainKeepsTheIdOfItsEvent() throws Exception {
    // Given
    site.leaveAt = "2/1";
    site.train("run", CONFIGURATION);
    String last = site.announcementIds.get(site.announcementIds.size() - 1);
    site.announcementIds.clear();

    // When
    site.goOn("run");

    // Then
    assertThat(site.announcementIds.get(0)).isEqualTo(last);
  }

  @Test
  void aRunThatGoesBackWhileTheClocksAreSetBackKnowsOldResultsFromNewOnes() throws Exception {
    // Given
    site.train("run", CONFIGURATION);
    site.clock.shift(Duration.ofHours(-1));

    // When
    site.resume("run", Map.of("resume_model", "epoch-0001"));
    TestResults results = new TestResults();
    site.metrics.forEach(results::add);
    site.checkpoints.stream().map(FineTuneIT::testedAnHourBehind).forEach(results::add);

    // Then
    List<Instant> announced =
        site.checkpoints.stream()
            .filter(event -> event.checkpoint().equals(CheckpointId.endOfEpoch(2)))
            .map(CheckpointCommitted::time)
            .toList();
    assertThat(announced).hasSize(2).doesNotHaveDuplicates().isSorted();
    assertThat(results.of(CheckpointId.endOfEpoch(2)).map(Evaluation::announced))
        .contains(announced.get(1));
    assertThat(results.of(CheckpointId.endOfEpoch(1))).isPresent();
    assertThat(site.states).extracting(RunState::time).isSorted();

    // When
    TestResults early = new TestResults();
    site.metrics.forEach(early::add);
    site.checkpoints.stream()
        .filter(event -> event.time().isBefore(announced.get(1)))
        .map(FineTuneIT::testedAnHourBehind)
        .forEach(early::add);

    // Then
    assertThat(early.of(CheckpointId.endOfEpoch(2))).isEmpty();
  }

  /** The evaluator's clock is behind too, and it does not matter. */
  private static Evaluation testedAnHourBehind(CheckpointCommitted checkpoint) {
    return new Evaluation(
        TestedCheckpoint.of(checkpoint),
        new TestErrors(0.5, null, 1, 0, 4, 2, 0, 0),
        List.of(),
        new TestTiming(1, checkpoint.time(), checkpoint.time().minus(Duration.ofHours(1))));
  }

  @Test
  void aNewRunOfANameThatOnlyTheStoreKnowsIsRefusedSoThatItsCheckpointsStay() throws Exception {
    // Given
    site.train("kept", CONFIGURATION);
    try (TrainingSite other = new TrainingSite(s3, HOME, directory.resolve("other"))) {
      // Then
      assertThatThrownBy(() -> other.train("kept", CONFIGURATION))
          .isInstanceOf(InvalidCommandException.class)
          .hasMessage(
              "run: \"kept\" given, allowed: a new name, because the store has checkpoints of a run of that"
                  + " name, the newest epoch-0002; or the command resume");
      assertThat(other.state("kept").status()).isEqualTo(RunStatus.REJECTED);
      assertThat(other.resume("kept", Map.of("num_epoch", 3)).status())
          .isEqualTo(RunStatus.FINISHED);
    }
  }

  @Test
  void aRunThatOnlyTheStoreKnowsIsResumedWithTheConfigurationOfItsCheckpoint() throws Exception {
    // Given
    site.train("run", CONFIGURATION);

    // When
    try (TrainingSite forgetful = new TrainingSite(s3, HOME, directory.resolve("again"))) {
      RunState end = forgetful.resume("run", Map.of("num_epoch", 3));

      // Then
      assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(end.position().step()).isEqualTo(9);
      assertThat(end.configuration().rnnLayerSize()).isEqualTo(UNITS);
      assertThatThrownBy(() -> forgetful.resume("nobody", Map.of()))
          .hasMessage("run: \"nobody\" given, no such run");
    }
  }

  private static TrainingConfiguration pretrained(String model, Map<String, Object> given) {
    return CONFIGURATION.with(Map.of("pretrained_model", model)).with(given);
  }
}
