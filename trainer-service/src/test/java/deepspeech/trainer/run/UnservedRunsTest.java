package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnservedRunsTest {
  private static final RunId RUN = new RunId("large");

  private final ShiftedClock clock = new ShiftedClock();
  private final RunRegistry registry = new RunRegistry(state -> {}, List.of());
  private final RunWarnings warnings = new RunWarnings(registry, new NoOtherTrainer(), clock);
  private boolean canBeTrained;
  private boolean isThere = true;
  private final UnservedRuns unserved =
      new UnservedRuns(registry, warnings, trainer -> isThere, state -> canBeTrained, clock);

  @BeforeEach
  void queue() {
    warnings.active(true);
    Instant now = clock.instant();
    registry.put(
        RunState.accepted(
                RUN,
                TrainingConfiguration.of(Map.of("use_gpu", true, "devices", "gpu:0,gpu:1")),
                now)
            .queued(null, null, now)
            .withWarnings(List.of("of before"), now));
    clock.shift(UnservedRuns.PATIENCE.plusSeconds(1));
  }

  @AfterEach
  void close() {
    unserved.close();
  }

  @Test
  void aRunThatNoTrainerCouldTrainHasAWarningUntilOneCould() {
    // When
    unserved.check(state());
    unserved.check(state());

    // Then
    assertThat(state().warnings())
        .containsExactly(
            "of before",
            "no trainer that is there can train this run: it needs use_gpu True, devices"
                + " gpu:0,gpu:1; start one that has them");

    // When
    canBeTrained = true;
    unserved.check(state());

    // Then
    assertThat(state().warnings()).containsExactly("of before");
  }

  @Test
  void aRunThatHasJustBeenQueuedHasNoWarningYet() {
    // Given
    clock.shift(Duration.ofSeconds(1));

    // When
    unserved.check(state());

    // Then
    assertThat(state().warnings()).containsExactly("of before");
  }

  @Test
  void aRunThatATrainerHasIsServed() {
    // Given
    unserved.check(state());

    // When
    registry.change(RUN, state -> state.withTrainer("trainer-b", clock.instant()));
    unserved.check(state());

    // Then
    assertThat(state().warnings()).containsExactly("of before");
  }

  @Test
  void aRunWhoseTrainerHasGoneWaitsAgainIfNoOtherOneTakesItForAWhile() {
    // Given
    registry.change(RUN, state -> state.withTrainer("trainer-b", clock.instant()));
    isThere = false;
    unserved.check(state());
    clock.shift(UnservedRuns.PATIENCE.multipliedBy(3));
    assertThat(state().waits()).isFalse();

    // When
    unserved.check(state());
    unserved.check(state());

    // Then
    assertThat(state().waits()).isTrue();
    assertThat(state().warnings()).hasSize(2);
  }

  @Test
  void aRunWhoseTrainerHasTakenAnotherOneWaitsAgain() {
    // Given
    registry.change(RUN, state -> state.withTrainer("trainer-b", clock.instant()));
    Instant later = clock.instant().plusSeconds(1);
    registry.put(
        RunState.accepted(new RunId("next"), TrainingConfiguration.defaults(), later)
            .withTrainer("trainer-b", later));
    unserved.check(state());
    clock.shift(UnservedRuns.PATIENCE.multipliedBy(3));

    // When
    unserved.check(state());

    // Then
    assertThat(state().waits()).isTrue();
    assertThat(registry.find(new RunId("next")).orElseThrow().waits()).isFalse();
  }

  @Test
  void aRunWhoseTrainerComesBackStaysThere() {
    // Given
    registry.change(RUN, state -> state.withTrainer("trainer-b", clock.instant()));
    isThere = false;
    unserved.check(state());
    isThere = true;
    unserved.check(state());

    // When
    clock.shift(UnservedRuns.PATIENCE.multipliedBy(3));
    isThere = false;
    unserved.check(state());

    // Then
    assertThat(state().assignment().trainer()).isEqualTo("trainer-b");
  }

  private RunState state() {
    return registry.find(RUN).orElseThrow();
  }

  private static final class NoOtherTrainer implements RunWarnings.Access {
    @Override
    public boolean whileHeld(RunId run, Runnable action) {
      return false;
    }

    @Override
    public boolean exclusively(RunId run, Runnable action) {
      action.run();
      return true;
    }
  }
}
