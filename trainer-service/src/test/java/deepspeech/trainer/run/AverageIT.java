package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.acoustic.optimizer.AverageState;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Averaged weights in checkpoints: what is tested and deployed, and what a run continues with. */
@Tag("integration")
class AverageIT {

  /** Of {@link TrainingSite#SMALL_MODEL} and {@link NoiseDataSet}. */
  private static final ModelShape SHAPE = new ModelShape(1, 1, 8, 4);

  private static final int FRAMES = 50;

  private static final TrainingConfiguration PLAIN =
      TrainingSite.SMALL_MODEL.with(
          Map.of("num_epoch", 2, "checkpoint_interval", 2, "learning_rate", 0.01));
  private static final TrainingConfiguration AVERAGED = PLAIN.with(Map.of("ema_decay", 0.9));
  private static final TrainingConfiguration OF_THREE =
      PLAIN.with(Map.of("average_checkpoints", 3, "num_epoch", 5));

  @TempDir Path directory;
  private TrainingSite site;

  @BeforeEach
  void start() throws Exception {
    site = TrainingSite.in(directory);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  void theModelThatIsTestedIsMadeOfTheMovingAverage() throws Exception {
    // When
    site.train("run", AVERAGED);

    // Then
    for (String checkpoint : List.of("epoch-0002-batch-000002", "epoch-0002")) {
      Map<String, Tensor> average = average("run", checkpoint).values();
      float[] expected = inPytorch(average);
      assertThat(furthest(inOnnxRuntime("run", checkpoint), expected)).isLessThan(1e-4);
      assertThat(furthest(inPytorch(site.parameters("run", checkpoint)), expected))
          .isGreaterThan(1e-2);
    }
    assertThat(metadata("run", "epoch-0002").get("average")).isEqualTo("ema_decay 0.9, 6 updates");
  }

  @Test
  void theWeightsAndTheOptimiserContinueAsWithoutAnAverage() throws Exception {
    // When
    site.train("averaged", AVERAGED);
    site.train("plain", PLAIN);

    // Then
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      assertThat(site.tensors("averaged", "epoch-0002", file))
          .isEqualTo(site.tensors("plain", "epoch-0002", file));
    }
    assertThat(weights("plain", "epoch-0002")).doesNotContainKey("average.safetensors");
    assertThat(metadata("plain", "epoch-0002")).doesNotContainKey("average");
  }

  /** {@code CommitSweepIT} kills trainers. */
  @ParameterizedTest
  @ValueSource(strings = {"1/0", "1/1", "1/2", "2/0", "2/1"})
  void aRunWhoseTrainerLeavesHasTheAverageOfAnUndisturbedOneToTheBit(String batch)
      throws Exception {
    // Given
    site.train("whole", AVERAGED);

    // When
    site.leaveAt = batch;
    RunState left = site.train("parts", AVERAGED);
    RunState end = site.goOn("parts");

    // Then
    assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(average("parts", "epoch-0002").updates()).isEqualTo(6);
    assertThat(weights("parts", "epoch-0002")).isEqualTo(weights("whole", "epoch-0002"));
  }

  @Test
  void aCheckpointWithoutAnAverageBeginsOneThereAndTheRunReportsIt() throws Exception {
    // Given
    site.train("run", PLAIN);

    // When
    RunState resumed = site.resume("run", Map.of("num_epoch", 3, "ema_decay", 0.9));
    RunState later = site.resume("run", Map.of("num_epoch", 4));

    // Then
    String line =
        "ema_decay: 0.9, checkpoint run/%s has no moving average; it begins with the"
            + " weights of the checkpoint";
    assertThat(resumed.warnings()).contains(line.formatted("epoch-0002"));
    assertThat(site.console()).contains("Warning: " + line.formatted("epoch-0002") + "\n");
    assertThat(later.warnings()).doesNotContain(line.formatted("epoch-0003"));
    assertThat(average("run", "epoch-0003").updates()).isEqualTo(3);
    assertThat(average("run", "epoch-0004").updates()).isEqualTo(6);
  }

  @Test
  void anAverageThatIsTurnedOffEndsThereAndTheRunReportsIt() throws Exception {
    // Given
    site.train("run", AVERAGED);

    // When
    RunState resumed = site.resume("run", Map.of("num_epoch", 3, "ema_decay", 0));

    // Then
    assertThat(resumed.warnings())
        .contains("ema_decay: 0.0, the moving average of checkpoint run/epoch-0002 ends");
    assertThat(weights("run", "epoch-0003")).doesNotContainKey("average.safetensors");
    assertThat(
            furthest(
                inOnnxRuntime("run", "epoch-0003"),
                inPytorch(site.parameters("run", "epoch-0003"))))
        .isLessThan(1e-4);
  }

  @Test
  void aRunThatBeginsWithAPretrainedModelTakesTheWeightsThatWereTested() throws Exception {
    // Given
    site.train("base", AVERAGED);
    Map<String, Tensor> average = average("base", "epoch-0002").values();

    // When: three steps of 1e-9 leave the weights where they began, up to rounding.
    RunState tuned =
        site.train(
            "tuned",
            PLAIN.with(
                Map.of(
                    "pretrained_model", "base/epoch-0002", "learning_rate", 1e-9, "num_epoch", 1)));

    // Then
    assertThat(tuned.status()).isEqualTo(RunStatus.FINISHED);
    float[] begun = site.parameters("tuned", "epoch-0001").get("rnn.0.weight_hh").toFloats();
    assertThat(furthest(begun, average.get("rnn.0.weight_hh").toFloats())).isLessThan(1e-7);
    assertThat(
            furthest(
                begun, site.parameters("base", "epoch-0002").get("rnn.0.weight_hh").toFloats()))
        .isGreaterThan(1e-3);
    assertThat(event("tuned", "epoch-0001").provenance().weights(Argument.PRETRAINED_MODEL))
        .contains(weights("base", "epoch-0002").get("average.safetensors"));
  }

  @Test
  void theModelOfTheEndOfAnEpochIsMadeOfTheMeanOfTheLastEpochs() throws Exception {
    // Given: retention keeps no checkpoint for the means.
    Map<Integer, Map<String, Tensor>> ends = new HashMap<>();
    site.reached =
        what -> {
          if (what.matches("event epoch-000\\d")) {
            int epoch = CheckpointId.parse(what.substring("event ".length())).epoch();
            ends.put(epoch, parameters("run", epoch));
          }
        };

    // When
    site.train("run", OF_THREE.with(Map.of("test_off", true)));

    // Then
    assertThat(ends).containsOnlyKeys(1, 2, 3, 4, 5);
    Map<String, Tensor> mean = site.tensors("run", "epoch-0005", "average.safetensors");
    assertThat(mean.remove("epochs").toLongs()).containsExactly(3, 4, 5);
    assertThat(mean).containsOnlyKeys(ends.get(5).keySet());
    ends.get(5)
        .forEach(
            (name, values) -> {
              float[] expected = new float[values.toFloats().length];
              for (int i = 0; i < expected.length; i++) {
                double sum = 0;
                for (int epoch = 3; epoch <= 5; epoch++) {
                  sum += ends.get(epoch).get(name).toFloats()[i];
                }
                expected[i] = (float) (sum / 3);
              }
              assertThat(mean.get(name).toFloats()).as(name).isEqualTo(expected);
            });
    assertThat(furthest(inOnnxRuntime("run", "epoch-0005"), inPytorch(mean))).isLessThan(1e-4);
    assertThat(furthest(inPytorch(ends.get(5)), inPytorch(mean))).isGreaterThan(1e-3);
    assertThat(metadata("run", "epoch-0005").get("average")).isEqualTo("epochs 3, 4, 5");
    assertThat(weights("run", "epoch-0001")).doesNotContainKey("average.safetensors");
    assertThat(weights("run", "epoch-0005-batch-000002"))
        .containsKeys("epoch-0003.safetensors", "epoch-0004.safetensors")
        .doesNotContainKeys("epoch-0002.safetensors", "average.safetensors");
  }

  private Map<String, Tensor> parameters(String run, int epoch) {
    try {
      return site.parameters(run, CheckpointId.endOfEpoch(epoch).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1/1", "3/2", "4/0", "4/1", "5/1"})
  void aRunWhoseTrainerLeavesHasTheMeansOfAnUndisturbedOneToTheBit(String batch) throws Exception {
    // Given
    site.train("whole", OF_THREE);

    // When
    site.leaveAt = batch;
    RunState left = site.train("parts", OF_THREE);
    RunState end = site.goOn("parts");

    // Then
    assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    for (int epoch = 1; epoch <= 5; epoch++) {
      String id = CheckpointId.endOfEpoch(epoch).toString();
      assertThat(weights("parts", id)).as(id).isEqualTo(weights("whole", id));
    }
    assertThat(weights("whole", "epoch-0005")).containsKey("average.safetensors");
  }

  @Test
  void aRunThatResumesAnotherRunsCheckpointContinuesItsMeans() throws Exception {
    // Given
    site.train("whole", OF_THREE);
    site.train("first", OF_THREE.with(Map.of("num_epoch", 3)));

    // When
    site.train("second", OF_THREE.with(Map.of("resume_model", "first/epoch-0003")));

    // Then
    assertThat(weights("second", "epoch-0004")).isEqualTo(weights("whole", "epoch-0004"));
  }

  @Test
  void aCheckpointOfARunWithoutMeansIsTheFirstOfAMean() throws Exception {
    // Given
    site.train("run", PLAIN);

    // When
    RunState resumed = site.resume("run", Map.of("num_epoch", 3, "average_checkpoints", 3));

    // Then
    assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(site.tensors("run", "epoch-0003", "average.safetensors").get("epochs").toLongs())
        .containsExactly(2, 3);
  }

  @Test
  void aRunThatBeginsWithAPretrainedModelTakesTheMean() throws Exception {
    // Given
    site.train("base", OF_THREE);
    Map<String, Tensor> mean = site.tensors("base", "epoch-0005", "average.safetensors");

    // When
    site.train(
        "tuned",
        PLAIN.with(
            Map.of("pretrained_model", "base/epoch-0005", "learning_rate", 1e-9, "num_epoch", 1)));

    // Then
    float[] begun = site.parameters("tuned", "epoch-0001").get("rnn.0.weight_hh").toFloats();
    assertThat(furthest(begun, mean.get("rnn.0.weight_hh").toFloats())).isLessThan(1e-7);
  }

  @Test
  void aMovingAverageDoesNotBeginWithAMean() throws Exception {
    // Given
    site.train("run", OF_THREE);

    // When
    RunState resumed =
        site.resume("run", Map.of("num_epoch", 6, "ema_decay", 0.9, "average_checkpoints", 1));

    // Then
    assertThat(resumed.warnings())
        .contains(
            "ema_decay: 0.9, checkpoint run/epoch-0005 has no moving average; it begins with the"
                + " weights of the checkpoint");
    assertThat(average("run", "epoch-0006").updates()).isEqualTo(3);
    assertThat(weights("run", "epoch-0006"))
        .containsOnlyKeys("model.safetensors", "optimizer.safetensors", "average.safetensors");
  }

  private AverageState average(String run, String checkpoint) throws Exception {
    return AverageState.fromTensors(site.tensors(run, checkpoint, "average.safetensors"));
  }

  private CheckpointCommitted event(String run, String checkpoint) {
    return site.checkpoints.stream()
        .filter(event -> event.run().value().equals(run))
        .filter(event -> event.checkpoint().toString().equals(checkpoint))
        .findFirst()
        .orElseThrow();
  }

  /** SHA-256 of the files of arrays, by their names. */
  private Map<String, String> weights(String run, String checkpoint) {
    Map<String, String> hashes = new TreeMap<>();
    for (CheckpointFile file : event(run, checkpoint).files()) {
      if (file.name().endsWith(".safetensors")) {
        hashes.put(file.name(), file.sha256());
      }
    }
    return hashes;
  }

  private static double furthest(float[] one, float[] other) {
    assertThat(one).hasSameSizeAs(other);
    return IntStream.range(0, one.length)
        .mapToDouble(i -> Math.abs(one[i] - other[i]))
        .max()
        .orElseThrow();
  }

  /** Log probabilities of a made-up utterance. */
  private static float[] inPytorch(Map<String, Tensor> parameters) {
    RaggedBatch batch =
        new RaggedBatch(
            Tensor.f32(features(), FRAMES, FeatureBatch.BINS),
            new int[] {FRAMES},
            new int[] {1},
            new int[] {1});
    try (TrainableModel model =
        TrainableModel.restore(SHAPE, parameters, Optional.empty(), Devices.CPU)) {
      return model.logProbabilities(batch).values().toFloats();
    }
  }

  private float[] inOnnxRuntime(String run, String checkpoint) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    FloatBuffer features = FloatBuffer.wrap(features());
    try (OrtSession session = session(environment, run, checkpoint);
        OnnxTensor input =
            OnnxTensor.createTensor(environment, features, new long[] {1, FRAMES, 161});
        OnnxTensor frames = OnnxTensor.createTensor(environment, new long[] {FRAMES});
        OrtSession.Result result = session.run(Map.of("features", input, "frames", frames))) {
      return ((OnnxTensor) result.get("log_probabilities").orElseThrow()).getFloatBuffer().array();
    }
  }

  private Map<String, String> metadata(String run, String checkpoint) throws Exception {
    try (OrtSession session = session(OrtEnvironment.getEnvironment(), run, checkpoint)) {
      return session.getMetadata().getCustomMetadata();
    }
  }

  private OrtSession session(OrtEnvironment environment, String run, String checkpoint)
      throws Exception {
    Path opened = directory.resolve("opened").resolve(UUID.randomUUID().toString());
    return environment.createSession(
        site.store
            .open(new RunId(run), CheckpointId.parse(checkpoint), opened, Set.of("model.onnx"))
            .file("model.onnx")
            .toString());
  }

  private static float[] features() {
    Random random = new Random(1);
    float[] features = new float[FRAMES * FeatureBatch.BINS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    return features;
  }
}
