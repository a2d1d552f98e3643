package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.FrozenLayers;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.ModelState;
import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.acoustic.model.StepSettings;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.tensor.Tensor;
import deepspeech.testing.server.TestStore;
import deepspeech.trainer.training.StopSignal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose steps have two batches, of epochs of three. */
@Tag("integration")
class AccumulationIT {
  private static final StoreLocation HOME = new StoreLocation("deepspeech", null);

  private static final TrainingConfiguration CONFIGURATION =
      TrainingSite.SMALL_MODEL.with(
          Map.of(
              "num_epoch", 2,
              "accumulate_batches", 2,
              "checkpoint_interval", 1,
              "log_interval", 1,
              "learning_rate", 0.01,
              "learning_rate_schedule", "noam",
              "warmup_steps", 2,
              "ema_decay", 0.9));

  @TempDir Path directory;
  private EmbeddedS3 s3;
  private TrainingSite site;

  @BeforeEach
  void start() throws Exception {
    s3 = TestStore.start(directory.resolve("s3"), HOME.bucket());
    site = new TrainingSite(s3, HOME, directory.resolve("work"));
  }

  @AfterEach
  void stop() {
    site.close();
    s3.close();
  }

  @Test
  void theWeightsAreThoseOfStepsByTwoBatchesAndByTheLastOneOfTheEpoch() throws Exception {
    // When
    RunState end = site.train("run", CONFIGURATION);

    // Then
    assertThat(end.position()).isEqualTo(new Position(2, 3, 3, 4));
    assertThat(site.checkpoints)
        .extracting(event -> event.checkpoint() + " " + event.step())
        .containsExactly(
            "epoch-0001-batch-000002 1",
            "epoch-0001 2",
            "epoch-0002-batch-000002 3",
            "epoch-0002 4");
    double[] rates = {0.005, 0.01, 0.01 * Math.sqrt(2 / 3.0), 0.01 * Math.sqrt(2 / 4.0)};
    assertThat(site.points("run", MetricName.LEARNING_RATE))
        .containsExactly("1 " + rates[0], "2 " + rates[1], "3 " + rates[2], "4 " + rates[3]);
    try (TrainableModel model = initial();
        TrainingData data = opened()) {
      for (double rate : rates) {
        boolean second = model.stepsTaken() % 2 == 1;
        model.add(RaggedBatch.of(data.next()));
        if (!second) {
          model.add(RaggedBatch.of(data.next()));
        }
        model.step(rate);
      }
      assertThat(site.parameters("run", "epoch-0002")).isEqualTo(model.parameters());
    }
  }

  private static TrainableModel initial() {
    Map<String, Tensor> parameters = new HashMap<>();
    ModelShape shape = new ModelShape(1, 1, 8, 4);
    shape
        .parameters()
        .forEach(
            parameter ->
                parameters.put(parameter.name(), parameter.initialValues(CONFIGURATION.seed())));
    return TrainableModel.restore(
        shape,
        ModelState.of(parameters),
        FrozenLayers.NONE,
        StepSettings.of(CONFIGURATION),
        Devices.CPU);
  }

  private TrainingData opened() throws InterruptedException {
    TrainingData data = site.data.open(new RunId("again"), new StopSignal());
    DataSpecification specification = CONFIGURATION.data(Split.TRAIN, 1);
    data.begin(data.describe(Split.TRAIN, specification, CONFIGURATION.numEpoch()), 1, 0);
    return data;
  }

  /**
   * The trainer leaves while it has the batch: the step of 2/0 is dropped, that of 2/1 is taken.
   */
  @ParameterizedTest
  @ValueSource(strings = {"1/0", "1/1", "1/2", "2/0", "2/1"})
  void aRunWhoseTrainerLeavesHasTheWeightsOfAnUndisturbedOneToTheBit(String batch)
      throws Exception {
    // Given
    site.train("whole", CONFIGURATION);

    // When
    site.leaveAt = batch;
    RunState left = site.train("parts", CONFIGURATION);
    RunState end = site.goOn("parts");

    // Then
    assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(end.position()).isEqualTo(site.state("whole").position());
    for (String checkpoint : List.of("epoch-0001", "epoch-0002-batch-000002", "epoch-0002")) {
      assertThat(files("parts", checkpoint)).as(checkpoint).isEqualTo(files("whole", checkpoint));
    }
    assertThat(curve("parts")).isEqualTo(curve("whole"));
  }

  @Test
  void aStopInsideAStepDoesNotWaitForItsOtherBatchesAndGoesBackToTheLastStep() throws Exception {
    // Given
    site.reached =
        what -> {
          if (what.equals("wait for 2/1")) {
            site.signal.raise(StopSignal.Reason.COMMAND);
          }
        };

    // When
    RunState stopped = site.train("run", CONFIGURATION);
    List<String> before = List.copyOf(site.data.consumed);
    site.reached = what -> {};
    RunState end = site.resume("run", Map.of());

    // Then
    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.position()).isEqualTo(new Position(2, 0, 3, 2));
    assertThat(stopped.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(1));
    assertThat(before).containsExactly("1/0", "1/1", "1/2", "2/0");
    assertThat(site.data.consumed.subList(4, 7)).containsExactly("2/0", "2/1", "2/2");
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(end.position().step()).isEqualTo(4);
  }

  @Test
  void aRunThatIsStoppedInsideItsFirstStepHasNoCheckpoint() throws Exception {
    // Given
    site.reached =
        what -> {
          if (what.equals("wait for 1/1")) {
            site.signal.raise(StopSignal.Reason.COMMAND);
          }
        };

    // When
    RunState stopped = site.train("run", CONFIGURATION);

    // Then
    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.position()).isEqualTo(new Position(1, 0, 3, 0));
    assertThat(stopped.lastCheckpoint()).isNull();
  }

  @Test
  void aRunThatResumesInsideAnEpochWithAnotherNumberIsThereAgainIfItsTrainerLeaves()
      throws Exception {
    // Given
    Map<String, Object> changed = Map.of("accumulate_batches", 3, "num_epoch", 3);
    for (String run : List.of("whole", "parts")) {
      site.leaveAt = "2/1";
      site.train(run, CONFIGURATION);
      site.leaveAt = "";
    }

    // When
    site.take(resumeFrom("whole", changed));
    site.leaveAt = "3/1";
    site.take(resumeFrom("parts", changed));
    RunState end = site.goOn("parts-again");

    // Then
    assertThat(end.position()).isEqualTo(new Position(3, 3, 3, 5));
    assertThat(files("parts-again", "epoch-0003")).isEqualTo(files("whole-again", "epoch-0003"));
    assertThat(stepsAt("whole-again")).isEqualTo(Map.of("2/3", 4L, "3/3", 5L));
  }

  /** A new run, which begins with the batch 2/2. */
  private static Command resumeFrom(String run, Map<String, Object> changed) {
    Map<String, Object> given = new HashMap<>(changed);
    given.put("resume_model", run + "/epoch-0002-batch-000002");
    return new Command.Train(new RunId(run + "-again"), CONFIGURATION.with(given));
  }

  private Map<String, Long> stepsAt(String run) {
    Map<String, Long> steps = new TreeMap<>();
    for (MetricPoint point : List.copyOf(site.metrics)) {
      if (point.run().value().equals(run) && point.name() == MetricName.TRAIN_LOSS) {
        steps.put(point.epoch() + "/" + point.batch(), point.step());
      }
    }
    return steps;
  }

  /** SHA-256 of the files that training continues with, and of the average. */
  private Map<String, String> files(String run, String checkpoint) {
    Map<String, String> hashes = new TreeMap<>();
    for (CheckpointFile file :
        site.checkpoints.stream()
            .filter(event -> event.run().value().equals(run))
            .filter(event -> event.checkpoint().toString().equals(checkpoint))
            .findFirst()
            .orElseThrow()
            .files()) {
      if (file.name().endsWith(".safetensors")) {
        hashes.put(file.name(), file.sha256());
      }
    }
    assertThat(hashes).hasSize(3);
    return hashes;
  }

  /** The train loss after each step; what is published again replaces what was. */
  private Map<Long, Double> curve(String run) {
    Map<Long, Double> curve = new TreeMap<>();
    for (MetricPoint point : List.copyOf(site.metrics)) {
      if (point.run().value().equals(run) && point.name() == MetricName.TRAIN_LOSS) {
        curve.put(point.step(), point.value());
      }
    }
    return curve;
  }
}
