package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.events.RunStates;
import deepspeech.checkpoint.BestPointer;
import deepspeech.cli.command.Context;
import deepspeech.cli.command.DeepSpeech;
import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is trained again, on the files that it was trained on and on others. */
@Tag("integration")
class ReproduceIT {
  private static final RunId RUN = new RunId("small");

  @TempDir Path directory;
  private RunningPipeline pipeline;
  private Path augmentation;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void train() throws Exception {
    pipeline = new RunningPipeline(directory);
    augmentation = directory.resolve("data/corpus/augmentation.json");
    augment(-5, 5);
    pipeline.start(1);
    Map<String, Object> given =
        Map.of("num_epoch", 2, "augment_conf_path", "corpus/augmentation.json");
    assertThat(pipeline.train(RUN.value(), given).status()).isEqualTo(RunStatus.FINISHED);
  }

  @AfterEach
  void stop() {
    pipeline.close();
  }

  @Test
  void aRunThatWentOnForMoreEpochsIsReproducedInOneGoToTheBit() throws Exception {
    // Given
    pipeline.dispatch().sendAndAwaitEnd(new Command.Resume(RUN, Map.of("num_epoch", 5)));

    // When
    int status = reproduce();

    // Then
    assertThat(err.toString()).isEmpty();
    // Besides the last three the best is kept, and which that is depends on how the run learns.
    String best = best();
    assertThat(Stream.of("epoch-0001", "epoch-0002").filter(id -> !id.equals(best)))
        .allSatisfy(
            id -> assertThat(pipeline.folderOf("runs/small/checkpoints/" + id)).doesNotExist());
    assertThat(out.toString())
        .containsPattern("Checkpoint epoch-0001: weights agree \\(SHA-256 [0-9a-f]{64}\\)")
        .containsPattern("Checkpoint epoch-0002: weights agree \\(SHA-256 [0-9a-f]{64}\\)")
        .containsPattern("Checkpoint epoch-0005: weights agree \\(SHA-256 [0-9a-f]{64}\\)")
        .endsWith(
            "Run small was reproduced: run small-reproduced has the same weights at 5 checkpoints, the"
                + " last epoch-0005\n");
    assertThat(status).isZero();
    assertThat(pipeline.runState(new RunId("small-reproduced")).status())
        .isEqualTo(RunStatus.FINISHED);
  }

  @Test
  void aRunWhoseAugmentationFileHasChangedIsTrainedAgainOnlyAnywayAndThenDiffers()
      throws Exception {
    // Given
    augment(-20, -10);

    // When
    int refused = reproduce();
    String line = err.toString();
    boolean begun =
        new RunStates(pipeline.broker()).newest(new RunId("small-reproduced")).isPresent();
    int anyway = reproduce("--anyway", "--as=other");

    // Then
    assertThat(refused).isEqualTo(1);
    assertThat(begun).isFalse();
    assertThat(line)
        .matches(
            "Changed since: augment_conf_path corpus/augmentation.json"
                + " \\(was [0-9a-f]{64}, is [0-9a-f]{64}\\)\n"
                + "deepspeech reproduce: run small: not trained again, because these changed:"
                + " augment_conf_path corpus/augmentation.json; --anyway trains with the current ones\n");
    assertThat(anyway).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern(
            "Checkpoint epoch-0001: weights differ \\(SHA-256 [0-9a-f]{64}, in run small [0-9a-f]{64}\\)")
        .contains(
            "Run small was not reproduced: the weights of run other differ from checkpoint"
                + " epoch-0001 onwards; both have the code version ");
    assertThat(pipeline.runState(new RunId("other")).status()).isEqualTo(RunStatus.FINISHED);
  }

  @Test
  void aRunThatWasResumedWithAnotherLearningRateIsRefusedWithBothValues() throws Exception {
    // Given
    pipeline
        .dispatch()
        .sendAndAwaitEnd(new Command.Resume(RUN, Map.of("num_epoch", 3, "learning_rate", 0.001)));

    // When
    int status = reproduce();

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .isEqualTo(
            "deepspeech reproduce: run small cannot be reproduced: its training changed:"
                + " between checkpoints epoch-0002 and epoch-0003 it was resumed with another"
                + " configuration (learning_rate was 0.0001, is 0.001, learning_rate_epoch was None,"
                + " is 3)\n");
  }

  private String best() throws IOException {
    Path pointer = pipeline.folderOf("runs/small").resolve("best.json");
    return Json.read(Files.readAllBytes(pointer), BestPointer.class).checkpoint().toString();
  }

  private int reproduce(String... options) {
    Context context =
        new Context(
            new PrintWriter(out, true), new PrintWriter(err, true), Map.of(), Clock.systemUTC());
    String[] arguments = new String[options.length + 3];
    arguments[0] = "reproduce";
    arguments[1] = RUN.value();
    arguments[2] = "--data=" + directory.resolve("stack");
    System.arraycopy(options, 0, arguments, 3, options.length);
    return DeepSpeech.commandLine(context).execute(arguments);
  }

  private void augment(int least, int most) throws Exception {
    Files.writeString(
        augmentation,
        """
        [{"type": "volume", "params": {"min_gain_dBFS": %d, "max_gain_dBFS": %d}, "prob": 1.0}]
        """
            .formatted(least, most));
  }
}
