package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.run.RunState;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import deepspeech.trainer.training.RunStoppedException;
import deepspeech.trainer.training.StopSignal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AwaitedTestsTest {
  private static final RunId RUN = new RunId("run");
  private static final CheckpointId CHECKPOINT = CheckpointId.endOfEpoch(3);
  private static final String WARNING =
      "training waits for the test of checkpoint epoch-0003, because learning_rate_schedule is plateau"
          + " and early_stop_patience is 3";

  private final List<List<String>> warnings = new ArrayList<>();
  private final List<String> console = new ArrayList<>();
  private final PendingEvaluations pending = new PendingEvaluations(Long.MAX_VALUE);
  private final StopSignal stop = new StopSignal();
  private Runnable whenWarned = () -> {};
  private final RunRegistry registry =
      new RunRegistry(
          state -> {
            warnings.add(state.warnings());
            if (state.warnings().contains(WARNING)) {
              whenWarned.run();
            }
          },
          List.of());
  private final AwaitedTests tests =
      new AwaitedTests(
          RUN,
          List.of("learning_rate_schedule is plateau", "early_stop_patience is 3"),
          pending,
          stop,
          registry,
          Clock.systemUTC(),
          console::add,
          Duration.ZERO);

  @Test
  void aLongWaitIsAWarningUntilTheTestHasEnded() throws Exception {
    // Given
    begin();
    whenWarned = this::tested;

    // When
    OptionalDouble cer = tests.await(3);

    // Then
    assertThat(cer).hasValue(0.25);
    assertThat(warnings)
        .containsExactly(List.of("another"), List.of("another", WARNING), List.of("another"));
    assertThat(console).containsExactly("Run run: " + WARNING);
  }

  @Test
  void aResultThatIsThereIsNoWarning() throws Exception {
    // Given
    begin();
    tested();

    // When
    OptionalDouble cer = tests.await(3);

    // Then
    assertThat(cer).hasValue(0.25);
    assertThat(warnings).containsExactly(List.of("another"));
    assertThat(console).isEmpty();
  }

  @Test
  void aCheckpointWithoutAResultIsReported() throws Exception {
    // Given
    begin();

    // When: nothing is known of the test of the second epoch.
    OptionalDouble cer = tests.await(2);

    // Then
    assertThat(cer).isEmpty();
    assertThat(console)
        .containsExactly(
            "Run run: checkpoint epoch-0002 is not counted, because it has no test result");
  }

  @Test
  void aStopEndsTheWaitAndItsWarning() {
    // Given
    begin();
    whenWarned = () -> stop.raise(StopSignal.Reason.COMMAND);

    // Then
    assertThatThrownBy(() -> tests.await(3)).isInstanceOf(RunStoppedException.class);
    assertThat(warnings.get(warnings.size() - 1)).containsExactly("another");
  }

  private void begin() {
    registry.put(
        RunState.accepted(RUN, TrainingConfiguration.defaults(), Instant.EPOCH)
            .withWarnings(List.of("another"), Instant.EPOCH));
    pending.announced(
        new CheckpointCommitted(
            RUN,
            CHECKPOINT,
            3,
            0,
            9,
            "s3://bucket/run/",
            List.of(),
            TrainingConfiguration.defaults().data(Split.TEST, 1),
            Provenance.NONE,
            Instant.EPOCH));
  }

  private void tested() {
    pending.tested(
        new Evaluation(
            new TestedCheckpoint(RUN, CHECKPOINT, 3, 0, 9),
            new TestErrors(0.25, null, 1, 0, 4, 1, 0, 0),
            List.of(),
            new TestTiming(0, Instant.EPOCH, Instant.EPOCH)));
  }
}
