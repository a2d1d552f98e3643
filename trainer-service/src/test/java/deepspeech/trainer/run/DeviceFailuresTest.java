package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeviceFailuresTest {
  private static final RunId RUN = new RunId("run");

  private final RunRegistry registry =
      new RunRegistry(
          state -> {},
          List.of(
              RunState.accepted(RUN, TrainingConfiguration.defaults(), Instant.EPOCH)
                  .withStatus(RunStatus.RUNNING, Instant.EPOCH)));
  private final List<String> ends = new ArrayList<>();
  private RuntimeException failure =
      new EngineException("CUDA error: device-side assert triggered");
  private final DeviceFailures conductor =
      new DeviceFailures(
          (run, stop) -> {
            throw failure;
          },
          registry,
          Clock.systemUTC(),
          ends::add);

  @Test
  void theProcessEndsAndTheRunIsLeftToTheNextTrainer() {
    // When
    reach(100);
    conduct();

    // Then
    assertThat(ends)
        .containsExactly(
            "Run run: a GPU failed after step 100: CUDA error: device-side assert triggered; the run"
                + " is left to the next trainer, and this trainer ends, because it cannot use a GPU"
                + " any more");
    assertThat(state().status()).isEqualTo(RunStatus.RUNNING);
    assertThat(state().warnings())
        .containsExactly("a GPU failed after step 100: CUDA error: device-side assert triggered");
  }

  @Test
  void aRunThatFailsAGpuAgainAtTheSameStepFailsAndAtAnotherStepGoesOn() {
    // When
    reach(100);
    conduct();
    reach(200);
    conduct();

    // Then
    assertThat(state().status()).isEqualTo(RunStatus.RUNNING);
    conduct();
    assertThat(state().status()).isEqualTo(RunStatus.FAILED);
    assertThat(state().reason())
        .isEqualTo("a GPU failed after step 200: CUDA error: device-side assert triggered, twice");
    assertThat(ends).hasSize(3).last().asString().contains("the run fails, and this trainer ends");
  }

  @Test
  void aWarningThatAnotherThreadAddsMeanwhileStays() throws Exception {
    // Given
    reach(100);
    Thread thread = new Thread(this::conduct);

    // When
    synchronized (registry) {
      thread.start();
      while (thread.getState() != Thread.State.BLOCKED) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      registry.change(RUN, state -> state.withWarnings(List.of("another"), Instant.EPOCH));
    }
    thread.join();

    // Then
    assertThat(state().warnings())
        .containsExactly(
            "another", "a GPU failed after step 100: CUDA error: device-side assert triggered");
  }

  @Test
  void theProcessEndsAndTheStateOfARunThatAnotherTrainerHasTakenOverStays() {
    // Given
    reach(100);
    RunState before = state();
    failure = new TakenOverException("Run run was taken over", failure);

    // When
    conduct();

    // Then
    assertThat(ends)
        .containsExactly(
            "Run run: a GPU failed here: CUDA error: device-side assert triggered; the run stays with"
                + " the trainer that took it over, and this trainer ends, because it cannot use a GPU"
                + " any more");
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void anotherFailureIsLeftToTheWorker() {
    // When
    failure = new EngineException("CUDA out of memory");

    // Then
    assertThatThrownBy(() -> conductor.conduct(RUN, new StopSignal())).isSameAs(failure);
    assertThat(ends).isEmpty();
  }

  private void conduct() {
    assertThatThrownBy(() -> conductor.conduct(RUN, new StopSignal()))
        .isInstanceOf(InterruptedException.class);
  }

  private void reach(long step) {
    registry.change(RUN, state -> state.withPosition(new Position(1, 1, 9, step), Instant.EPOCH));
  }

  private RunState state() {
    return registry.find(RUN).orElseThrow();
  }
}
