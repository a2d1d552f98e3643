package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.command.CommandRejectedException;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is stopped, or whose trainer gets SIGTERM, a moment after it was resumed: while it is
 * leased, described, tried out, waits for features or trains.
 */
@Tag("integration")
class StopIT {
  private static final Map<String, Object> ALL_EPOCHS =
      Map.of("num_epoch", RunningPipeline.CHECKPOINTS.size());

  @TempDir private static Path directory;
  private static RunningPipeline pipeline;
  private static UndisturbedRun undisturbed;

  @BeforeAll
  static void start() throws Exception {
    undisturbed = UndisturbedRun.trained();
    pipeline = new RunningPipeline(directory);
    pipeline.start(1);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void aRunThatIsStoppedAndResumedAgainAndAgainNeverFailsAndHasTheSameWeights() throws Exception {
    // Given
    RunId run = new RunId("looped");
    pipeline.train(run.value(), Map.of("num_epoch", 1));

    for (int millis = 0; millis <= 3000; millis += 400) {
      // When
      resume(run);
      TimeUnit.MILLISECONDS.sleep(millis);
      try {
        pipeline.dispatch().send(new Command.Stop(run));
      } catch (CommandRejectedException e) {
        // It had come to its end.
        assertThat(pipeline.runState(run).status()).isEqualTo(RunStatus.FINISHED);
      }

      // Then
      assertThat(awaitEnd(run).status())
          .as("stopped after %d ms", millis)
          .isIn(RunStatus.STOPPED, RunStatus.FINISHED);
    }
    resume(run);
    assertThat(pipeline.awaitFinished(run).reason()).isNull();
    undisturbed.assertSameWeights(pipeline, run);
    assertThat(pipeline.log("trainer-service"))
        .content()
        .doesNotContain("failed unexpectedly", "FeedClosedException");
  }

  @Test
  void aRunWhoseTrainerGetsSigtermAgainAndAgainNeverFailsAndHasTheSameWeights() throws Exception {
    for (int millis : new int[] {0, 900}) {
      // Given
      RunId run = new RunId("terminated-" + millis);
      pipeline.train(run.value(), Map.of("num_epoch", 1));
      resume(run);
      TimeUnit.MILLISECONDS.sleep(millis);

      // When
      assertThat(RunningPipeline.process("trainer-service").destroy()).isTrue();
      RunState end = awaitEnd(run);

      // Then
      assertThat(end.reason()).as("terminated after %d ms", millis).isNull();
      assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
      undisturbed.assertSameWeights(pipeline, run);
    }
    assertThat(pipeline.log("trainer-service"))
        .content()
        .doesNotContain("failed unexpectedly", "FeedClosedException");
  }

  /** Does nothing if all epochs are trained. */
  private void resume(RunId run) throws InterruptedException {
    try {
      pipeline.dispatch().send(new Command.Resume(run, ALL_EPOCHS));
    } catch (CommandRejectedException e) {
      assertThat(e).hasMessageContaining("has completed these epochs");
    }
  }

  private RunState awaitEnd(RunId run) throws InterruptedException {
    long deadline = System.nanoTime() + RunningPipeline.LIMIT.toNanos();
    RunState state = pipeline.runState(run);
    while (!state.status().ended()) {
      assertThat(System.nanoTime())
          .as("time to wait for the end of %s", state)
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
      state = pipeline.runState(run);
    }
    return state;
  }
}
