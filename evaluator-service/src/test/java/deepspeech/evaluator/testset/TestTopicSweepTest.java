package deepspeech.evaluator.testset;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.progress.Offsets;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TestTopicSweepTest {
  private static final RunId RUN = new RunId("demo");
  private static final RunId OTHER = new RunId("other");

  private final Set<RunId> topics = new TreeSet<>(Set.of(RUN));
  private final Map<RunId, RunState> states = new HashMap<>();
  private long end = 5;
  private long done = 5;
  private final TestTopicSweep sweep =
      new TestTopicSweep(
          new FakeTopics(), () -> states, () -> new Offsets(Map.of(0, end), Map.of(0, done)));

  @Test
  void theTopicOfARunThatContinuesStays() throws Exception {
    // Given
    run(RUN, RunStatus.RUNNING);

    // When, Then
    assertThat(sweep.sweep(run -> false)).isEmpty();
    assertThat(topics).containsExactly(RUN);
  }

  @Test
  void theTopicOfARunOfWhichNothingIsKnownStays() throws Exception {
    // When, Then
    assertThat(sweep.sweep(run -> false)).isEmpty();
    assertThat(topics).containsExactly(RUN);
  }

  @Test
  void theTopicOfAnEndedRunStaysUntilItsLastCheckpointIsDoneWith() throws Exception {
    // Given
    run(RUN, RunStatus.FINISHED);
    done = 4;
    Set<RunId> before = sweep.sweep(run -> false);

    // When
    done = 5;
    Set<RunId> after = sweep.sweep(run -> false);

    // Then
    assertThat(before).isEmpty();
    assertThat(after).containsExactly(RUN);
    assertThat(topics).isEmpty();
  }

  @Test
  void checkpointsCommittedByOtherRunsLaterAreNotWaitedFor() throws Exception {
    // Given
    run(RUN, RunStatus.STOPPED);
    done = 4;
    sweep.sweep(run -> false);

    // When
    end = 9;
    done = 5;

    // Then
    assertThat(sweep.sweep(run -> false)).containsExactly(RUN);
  }

  @Test
  void aRunThatIsResumedAfterItHadEndedKeepsItsTopic() throws Exception {
    // Given
    run(RUN, RunStatus.STOPPED);
    done = 4;
    sweep.sweep(run -> false);
    run(RUN, RunStatus.RUNNING);
    done = 5;
    Set<RunId> running = sweep.sweep(run -> false);

    // When
    run(RUN, RunStatus.FINISHED);
    end = 7;
    Set<RunId> finished = sweep.sweep(run -> false);

    // Then
    assertThat(running).isEmpty();
    assertThat(finished).isEmpty();
  }

  @Test
  void onlyTopicsOfEndedRunsAreDeleted() throws Exception {
    // Given
    topics.add(OTHER);
    run(RUN, RunStatus.FAILED);
    run(OTHER, RunStatus.RUNNING);

    // When, Then
    assertThat(sweep.sweep(run -> false)).containsExactly(RUN);
    assertThat(topics).containsExactly(OTHER);
  }

  @Test
  void aTopicThatAnotherEvaluatorHasDeletedIsReportedToo() throws Exception {
    // Given
    run(RUN, RunStatus.FINISHED);
    done = 4;
    sweep.sweep(run -> false);

    // When
    topics.remove(RUN);

    // Then
    assertThat(sweep.sweep(run -> false)).containsExactly(RUN);
    assertThat(sweep.sweep(run -> false)).isEmpty();
  }

  @Test
  void theEndOfARunIsReportedThoughItsTopicWasNeverSeen() throws Exception {
    // Given
    topics.remove(RUN);

    // When
    sweep.watch(RUN);

    // Then
    assertThat(sweep.sweep(run -> false)).containsExactly(RUN);
  }

  @Test
  void theTopicOfAnEndedRunWithAnUntestedCheckpointStays() throws Exception {
    // Given
    run(RUN, RunStatus.FINISHED);

    // When, Then
    assertThat(sweep.sweep(RUN::equals)).isEmpty();
    assertThat(topics).containsExactly(RUN);
    assertThat(sweep.sweep(run -> false)).containsExactly(RUN);
  }

  private void run(RunId run, RunStatus status) {
    states.put(
        run,
        RunState.accepted(run, TrainingConfiguration.defaults(), Instant.EPOCH)
            .withStatus(status, Instant.EPOCH));
  }

  private final class FakeTopics implements TestTopics {
    @Override
    public Set<RunId> runs() {
      return Set.copyOf(topics);
    }

    @Override
    public void delete(RunId run) {
      topics.remove(run);
    }
  }
}
