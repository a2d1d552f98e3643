package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TestWarningsTest {
  private static final RunId RUN = new RunId("run");
  private static final CheckpointId FIRST = CheckpointId.endOfEpoch(1);
  private static final CheckpointId SECOND = CheckpointId.endOfEpoch(2);
  private static final String WARNING =
      "no checkpoint could be tested so far: epoch-0001: the model's vocabulary is another";

  private final List<RunState> kept = new ArrayList<>();
  private final RunRegistry registry = new RunRegistry(kept::add, List.of());
  private final Set<RunId> elsewhere = new HashSet<>();
  private final Set<RunId> here = new HashSet<>();
  private final RunWarnings runWarnings = new RunWarnings(registry, new Runs(), Clock.systemUTC());
  private final TestWarnings warnings = new TestWarnings(runWarnings);

  @Test
  void aRunNoneOfWhoseCheckpointsCanBeTestedHasOneWarningUntilOneIs() {
    // Given
    runWarnings.active(true);
    registry.put(state(RunStatus.RUNNING));

    // When
    warnings.failed(RUN, FIRST, "the model's vocabulary is another");
    warnings.failed(RUN, SECOND, "the model's vocabulary is another");

    // Then
    assertThat(registry.find(RUN).orElseThrow().warnings()).containsExactly("of before", WARNING);
    assertThat(kept).hasSize(2);

    // When
    warnings.tested(RUN);
    warnings.failed(RUN, FIRST, "removed meanwhile");

    // Then
    assertThat(registry.find(RUN).orElseThrow().warnings()).containsExactly("of before");
  }

  @Test
  void aDelayedTestIsAWarningWithItsNewestReasonUntilACheckpointIsTested() {
    // Given
    runWarnings.active(true);
    registry.put(state(RunStatus.RUNNING));
    warnings.tested(RUN);

    // When
    warnings.delayed(RUN, FIRST, "no answer for 60 s");
    warnings.delayed(RUN, FIRST, "No space left on device");

    // Then
    assertThat(registry.find(RUN).orElseThrow().warnings())
        .containsExactly(
            "of before",
            "the test of a checkpoint is delayed: epoch-0001: No space left on device");

    // When
    warnings.tested(RUN);

    // Then
    assertThat(registry.find(RUN).orElseThrow().warnings()).containsExactly("of before");
  }

  @Test
  void aDelayedTestThatFailsInTheEndIsDelayedNoLonger() {
    // Given
    runWarnings.active(true);
    registry.put(state(RunStatus.RUNNING));
    warnings.delayed(RUN, FIRST, "No space left on device");

    // When
    warnings.failed(RUN, FIRST, "the model's vocabulary is another");

    // Then
    assertThat(registry.find(RUN).orElseThrow().warnings()).containsExactly("of before", WARNING);
  }

  @Test
  void aWarningThatStoodWhenTheTrainerTookOverGoesWithTheNextTest() {
    // Given
    warnings.tested(RUN);
    registry.put(state(RunStatus.RUNNING).withWarnings(List.of(WARNING), Instant.EPOCH));
    runWarnings.active(true);

    // When
    warnings.tested(RUN);

    // Then
    assertThat(registry.find(RUN).orElseThrow().warnings()).isEmpty();
  }

  @Test
  void aRunThatHasEndedHasItWhicheverTrainerTrainedIt() {
    // Given
    runWarnings.active(true);
    registry.put(state(RunStatus.FINISHED));
    kept.clear();

    // When
    warnings.failed(RUN, FIRST, "the model's vocabulary is another");

    // Then
    assertThat(kept).singleElement().extracting(RunState::status).isEqualTo(RunStatus.FINISHED);
    assertThat(kept.get(0).warnings()).contains(WARNING);
  }

  @Test
  void theActiveTrainerLeavesTheRunsOfOtherTrainersToThem() {
    // Given
    registry.put(state(RunStatus.RUNNING));
    kept.clear();
    elsewhere.add(RUN);
    runWarnings.active(true);

    // When
    warnings.failed(RUN, FIRST, "why");

    // Then
    assertThat(kept).isEmpty();
  }

  @Test
  void aTrainerThatIsNotActiveChangesTheRunThatItHasAndNoOther() {
    // Given
    registry.put(state(RunStatus.RUNNING));
    kept.clear();

    // When
    warnings.failed(RUN, FIRST, "why");

    // Then
    assertThat(kept).isEmpty();

    // When
    here.add(RUN);
    warnings.failed(RUN, SECOND, "why");

    // Then
    assertThat(kept).hasSize(1);
  }

  private static RunState state(RunStatus status) {
    return RunState.accepted(RUN, TrainingConfiguration.defaults(), Instant.EPOCH)
        .withStatus(status, Instant.EPOCH)
        .withWarnings(List.of("of before"), Instant.EPOCH);
  }

  /** Which trainer has a run. */
  private final class Runs implements RunWarnings.Access {
    @Override
    public boolean whileHeld(RunId run, Runnable action) {
      if (here.contains(run)) {
        action.run();
      }
      return here.contains(run);
    }

    @Override
    public boolean exclusively(RunId run, Runnable action) {
      if (!elsewhere.contains(run)) {
        action.run();
      }
      return !elsewhere.contains(run);
    }
  }
}
