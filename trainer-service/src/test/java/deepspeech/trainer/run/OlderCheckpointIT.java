package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.LocalCheckpoint;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints of trainers that changed the weights otherwise. */
@Tag("integration")
class OlderCheckpointIT {
  private static final RunId OLD = new RunId("old");
  private static final CheckpointId FIRST_EPOCH = CheckpointId.endOfEpoch(1);
  private static final TrainingConfiguration CONFIGURATION =
      TrainingConfiguration.of(
          Map.of(
              "use_gpu",
              false,
              "num_epoch",
              1,
              "num_rnn_layers",
              1,
              "rnn_layer_size",
              8,
              "learning_rate",
              0.001));

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
  void oneBeforeGradientsWereTakenInTheOrderOfTheirWeightsIsResumedAndTheRunReportsWhatHasChanged()
      throws Exception {
    // Given
    site.train("new", CONFIGURATION);
    commitWithoutRecipe();

    // When
    RunState ofOld = site.train("of-old", resuming("old/epoch-0001"));
    RunState ofNew = site.train("of-new", resuming("new/epoch-0001"));

    // Then
    assertThat(ofOld.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(ofOld.position().step()).isEqualTo(2 * TrainingSite.BATCHES);
    assertThat(ofOld.warnings())
        .contains(
            "resume_model: checkpoint old/epoch-0001 was written by an earlier version; from there"
                + " on conv.1 is trained with its gradient, whose values earlier versions used in"
                + " the wrong order");
    assertThat(ofNew.warnings()).noneMatch(warning -> warning.contains("earlier version"));
  }

  private static TrainingConfiguration resuming(String checkpoint) {
    return CONFIGURATION.with(Map.of("resume_model", checkpoint, "num_epoch", 2));
  }

  /** The new run's checkpoint once more, as a trainer without a recipe committed it. */
  private void commitWithoutRecipe() throws Exception {
    LocalCheckpoint made =
        site.store.open(new RunId("new"), FIRST_EPOCH, directory.resolve("made"));
    List<CheckpointSource> files = new ArrayList<>();
    for (CheckpointFile file : made.stored().files()) {
      if (file.name().equals("training-state.json")) {
        ObjectNode state = Json.read(Files.readAllBytes(made.file(file.name())), ObjectNode.class);
        assertThat(state.remove("recipe")).isNotNull();
        state.put("run", OLD.value());
        files.add(CheckpointSource.of(file.name(), Json.write(state)));
      } else {
        files.add(CheckpointSource.of(made.file(file.name())));
      }
    }
    var unused = site.store.commit(OLD, FIRST_EPOCH, files, made.stored().metadata());
  }
}
