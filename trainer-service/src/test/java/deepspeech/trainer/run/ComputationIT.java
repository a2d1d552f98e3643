package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.testing.server.TestStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arguments that change how a step is computed. */
@Tag("integration")
class ComputationIT {
  private static final StoreLocation HOME = new StoreLocation("deepspeech", null);
  private static final TrainingConfiguration PLAIN =
      TrainingSite.SMALL_MODEL.with(
          Map.of("num_epoch", 2, "checkpoint_interval", 2, "learning_rate", 0.01));
  private static final List<String> STATE = List.of("model.safetensors", "optimizer.safetensors");

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

  @ParameterizedTest
  @CsvSource({"dropout, 0.4", "precision, bf16"})
  void aRunWhoseTrainerLeavesContinuesAsAnUndisturbedOneToTheBit(String argument, String value)
      throws Exception {
    // Given
    TrainingConfiguration configuration = PLAIN.with(Map.of(argument, value));
    site.train("plain", PLAIN);
    site.train("whole", configuration);

    for (String batch : List.of("1/1", "2/0", "2/1")) {
      // When
      String run = "parts-" + batch.replace('/', '-');
      site.leaveAt = batch;
      RunState left = site.train(run, configuration);
      RunState end = site.goOn(run);

      // Then
      assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
      assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
      for (String file : STATE) {
        assertThat(site.tensors(run, "epoch-0002", file))
            .isEqualTo(site.tensors("whole", "epoch-0002", file))
            .isNotEqualTo(site.tensors("plain", "epoch-0002", file));
      }
    }
  }

  @Test
  void aRunThatAnotherTrainerRecoversLosesTheWarningsOfTheDevicesThatItHad() throws Exception {
    // Given
    List<String> ofEarlierDevices =
        List.of(
            "precision: bf16, a GPU of this run has no products of bf16 (NVIDIA of a test, 16.0 GiB,"
                + " compute capability 7.5; they need 8.0): steps may take longer than with f32",
            "memory: gpu(0) does not hold what a step of the largest batch keeps");
    String ofItsBeginning = "vocab_path: kept 3, added 1 (d)";
    site.leaveAt = "2/0";
    RunState left = site.train("run", PLAIN.with(Map.of("precision", "bf16")));
    List<String> warnings = new ArrayList<>(ofEarlierDevices);
    warnings.add(ofItsBeginning);
    RunState found = left.withWarnings(warnings, left.time());

    try (TrainingSite other =
        new TrainingSite(
            CheckpointStore.connect(TrainingSite.of(s3, HOME)),
            directory.resolve("other"),
            operation -> {},
            List.of(found))) {
      // When
      RunState end = other.goOn("run");

      // Then
      assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
      assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(end.warnings())
          .contains(ofItsBeginning)
          .doesNotContainAnyElementsOf(ofEarlierDevices);
      assertThat(other.console())
          .contains("Warning: " + ofItsBeginning)
          .doesNotContain(ofEarlierDevices);
    }
  }
}
