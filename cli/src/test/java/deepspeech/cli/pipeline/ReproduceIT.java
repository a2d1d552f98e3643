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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is trained again, on the files that it was trained on and on others. */
@Tag("integration")
class ReproduceIT {
  @TempDir private static Path directory;
  private static RunningPipeline pipeline;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    pipeline = new RunningPipeline(directory);
    pipeline.start(1);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void aRunThatWentOnForMoreEpochsIsReproducedInOneGoToTheBit() throws Exception {
    // Given
    RunId run = train("small");
    pipeline.dispatch().sendAndAwaitEnd(new Command.Resume(run, Map.of("num_epoch", 5)));

    // When
    int status = reproduce(run);

    // Then
    // The last test may take more than the second after which a note says so.
    assertThat(err.toString().replace("Waiting for the test of checkpoint epoch-0005\n", ""))
        .isEmpty();
    // Besides the last three the best is kept, and which that is depends on how the run learns.
    String best = best(run);
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
    RunId run = train("changed");
    augment("changed", -20, -10);

    // When
    int refused = reproduce(run);
    String line = err.toString();
    boolean begun =
        new RunStates(pipeline.broker()).newest(new RunId("changed-reproduced")).isPresent();
    int anyway = reproduce(run, "--anyway", "--as=other");

    // Then
    assertThat(refused).isEqualTo(1);
    assertThat(begun).isFalse();
    assertThat(line)
        .matches(
            "Changed since: augment_conf_path corpus/augmentation-changed.json"
                + " \\(was [0-9a-f]{64}, is [0-9a-f]{64}\\)\n"
                + "deepspeech reproduce: run changed: not trained again, because these changed:"
                + " augment_conf_path corpus/augmentation-changed.json; --anyway trains with the current ones\n");
    assertThat(anyway).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern(
            "Checkpoint epoch-0001: weights differ \\(SHA-256 [0-9a-f]{64}, in run changed [0-9a-f]{64}\\)")
        .contains(
            "Run changed was not reproduced: the weights of run other differ from checkpoint"
                + " epoch-0001 onwards; both have the code version ");
    assertThat(pipeline.runState(new RunId("other")).status()).isEqualTo(RunStatus.FINISHED);
  }

  @Test
  void aRunThatWasResumedWithAnotherLearningRateIsRefusedWithBothValues() throws Exception {
    // Given
    RunId run = train("faster");
    pipeline
        .dispatch()
        .sendAndAwaitEnd(new Command.Resume(run, Map.of("num_epoch", 3, "learning_rate", 0.001)));

    // When
    int status = reproduce(run);

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .isEqualTo(
            "deepspeech reproduce: run faster cannot be reproduced: its training changed:"
                + " between checkpoints epoch-0002 and epoch-0003 it was resumed with another"
                + " configuration (learning_rate was 0.0001, is 0.001, learning_rate_epoch was None,"
                + " is 3)\n");
  }

  private static String best(RunId run) throws IOException {
    Path pointer = pipeline.folderOf("runs/" + run).resolve("best.json");
    return Json.read(Files.readAllBytes(pointer), BestPointer.class).checkpoint().toString();
  }

  private int reproduce(RunId run, String... options) {
    Context context =
        new Context(
            new PrintWriter(out, true), new PrintWriter(err, true), Map.of(), Clock.systemUTC());
    String[] arguments = new String[options.length + 3];
    arguments[0] = "reproduce";
    arguments[1] = run.value();
    arguments[2] = "--data=" + directory.resolve("stack");
    System.arraycopy(options, 0, arguments, 3, options.length);
    return DeepSpeech.commandLine(context).execute(arguments);
  }

  /** Trains a run of two epochs with an augmentation file of its own. */
  private static RunId train(String name) throws Exception {
    augment(name, -5, 5);
    Map<String, Object> given =
        Map.of("num_epoch", 2, "augment_conf_path", "corpus/augmentation-%s.json".formatted(name));
    assertThat(pipeline.train(name, given).status()).isEqualTo(RunStatus.FINISHED);
    return new RunId(name);
  }

  private static void augment(String name, int least, int most) throws Exception {
    Files.writeString(
        pipeline.datasetRoot().resolve("corpus/augmentation-%s.json".formatted(name)),
        """
        [{"type": "volume", "params": {"min_gain_dBFS": %d, "max_gain_dBFS": %d}, "prob": 1.0}]
        """
            .formatted(least, most));
  }
}
