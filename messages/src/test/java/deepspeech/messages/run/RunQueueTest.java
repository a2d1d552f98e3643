package deepspeech.messages.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunQueueTest {
  @Test
  void runsWaitByPriorityAndThenInTheOrderOfTheirCommands() {
    // Given
    RunState first = queued("b", null, 1);
    RunState second = queued("a", 0, 2);
    RunState urgent = queued("urgent", 5, 3);
    RunState minor = queued("minor", -1, 0);
    RunState running = running("running", null, 0);
    RunState ended = queued("ended", 9, 0).withStatus(RunStatus.STOPPED, at(4));

    // When
    RunQueue queue = RunQueue.of(List.of(minor, second, running, first, ended, urgent));

    // Then
    assertThat(queue.waiting())
        .extracting(RunId::value)
        .containsExactly("urgent", "b", "a", "minor");
    assertThat(queue.position(new RunId("a"))).hasValue(3);
    assertThat(queue.position(new RunId("running"))).isEmpty();
    assertThat(queue.size()).isEqualTo(4);
  }

  @Test
  void aRunWhoseTrainerHasDiedComesBeforeThoseThatWaitAndOneThatHasLeftItsTrainerWaits() {
    // Given
    RunState urgent = queued("urgent", 5, 3);
    RunState abandoned = running("abandoned", -5, 1);
    RunState left = running("left", null, 2).withoutTrainer(at(5));

    // When
    List<RunState> order = Stream.of(left, urgent, abandoned).sorted(RunQueue.ORDER).toList();

    // Then
    assertThat(order).containsExactly(abandoned, urgent, left);
    assertThat(RunQueue.of(order).position(new RunId("left"))).hasValue(2);
  }

  @Test
  void theRunsOfTheLowestPriorityThatWereQueuedLastLeaveTheirTrainersToThoseThatPreempt() {
    // Given
    RunState minor = running("minor", -1, 0);
    RunState early = running("early", null, 1);
    RunState late = running("late", null, 2);
    RunState major = running("major", 7, 3);
    List<RunState> training = List.of(late, major, early, minor);

    // When
    // Then
    assertThat(preempted(training, queued("patient", 9, 4))).isEmpty();
    assertThat(preempted(training, preempting("urgent", 5, 4))).containsExactly("minor");
    assertThat(preempted(training, preempting("one", 5, 4), preempting("two", 5, 5)))
        .containsExactlyInAnyOrder("minor", "late");
    assertThat(preempted(training, preempting("equal", -1, 4))).isEmpty();
    assertThat(preempted(List.of(major), preempting("urgent", 5, 4))).isEmpty();
    assertThat(preempted(List.of(), preempting("urgent", 5, 4))).isEmpty();
    assertThat(preempted(List.of(late, running("dead", -1, 0)), preempting("urgent", 5, 4)))
        .containsExactly("late");
  }

  private static List<String> preempted(List<RunState> training, RunState... waiting) {
    List<RunState> all = new ArrayList<>(training);
    all.addAll(List.of(waiting));
    return RunQueue.preempted(all, (trainer, state) -> !trainer.equals("trainer-dead"))
        .keySet()
        .stream()
        .map(RunId::value)
        .toList();
  }

  @Test
  void aRunLeavesItsTrainerOnlyToOneThatThisTrainerCouldTrain() {
    // Given
    List<RunState> states =
        List.of(
            running("on-cpu", -1, 0),
            running("on-gpu", null, 1),
            preempting("for-none", 9, 2),
            preempting("for-gpu", 5, 3));
    BiPredicate<String, RunState> canTrain =
        (trainer, state) ->
            trainer.equals("trainer-on-gpu") && state.run().value().equals("for-gpu");

    // When
    Map<RunId, RunState> leaving = RunQueue.preempted(states, canTrain);

    // Then
    assertThat(leaving).hasSize(1);
    assertThat(leaving.get(new RunId("on-gpu")).run()).isEqualTo(new RunId("for-gpu"));
  }

  @Test
  void aRunOfAnEarlierVersionWaitsSinceItsLastChange() {
    // Given
    RunState earlier = RunState.accepted(new RunId("z"), TrainingConfiguration.defaults(), at(1));
    RunState later = queued("a", null, 2);

    // When
    RunQueue queue = RunQueue.of(List.of(later, earlier));

    // Then
    assertThat(queue.waiting()).extracting(RunId::value).containsExactly("z", "a");
  }

  @Test
  void aStateHasItsTrainerUntilTheRunEnds() {
    // When
    RunState running =
        queued("a", 3, 1).withStatus(RunStatus.RUNNING, at(2)).withTrainer("trainer-0", at(2));
    RunState ended = running.withStatus(RunStatus.FINISHED, at(3));

    // Then
    assertThat(Json.writeText(running))
        .contains(
            "\"priority\":3",
            "\"queued_at\":\"1970-01-01T00:00:01Z\"",
            "\"trainer\":\"trainer-0\"",
            "\"trainer_since\":\"1970-01-01T00:00:02Z\"");
    assertThat(Json.read(Json.writeText(running), RunState.class)).isEqualTo(running);
    assertThat(Json.writeText(ended)).contains("\"priority\":3").doesNotContain("trainer");
    assertThat(Json.writeText(queued("a", 0, 1))).doesNotContain("priority");
  }

  @Test
  void aRunWhoseTrainerDiedBeforeItCarriedOutAStopIsStoppedByTheNext() {
    // Given
    RunState running = running("a", null, 1);

    // When
    RunState stopping = running.stopping(at(5)).withStatus(RunStatus.RUNNING, at(6));

    // Then
    assertThat(Json.writeText(stopping)).contains("\"stopping\":true");
    assertThat(stopping.takenBy("trainer-b", at(7)).status()).isEqualTo(RunStatus.STOPPED);
    assertThat(Json.writeText(stopping.takenBy("trainer-b", at(7)))).doesNotContain("stopping");
    assertThat(running.takenBy("trainer-b", at(7)).assignment().trainer()).isEqualTo("trainer-b");
    RunState ended = running.withStatus(RunStatus.FINISHED, at(7));
    assertThat(ended.takenBy("trainer-b", at(8))).isEqualTo(ended);
  }

  @Test
  void aPriorityOutOfRangeIsRefused() {
    assertThatThrownBy(() -> RunAssignment.requirePriority(1001))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("priority: 1001 given, allowed: a whole number from -1000 to 1000");
  }

  private static RunState running(String run, Integer priority, long second) {
    return queued(run, priority, second)
        .withTrainer("trainer-" + run, at(4))
        .withStatus(RunStatus.RUNNING, at(4));
  }

  private static RunState preempting(String run, Integer priority, long second) {
    return RunState.accepted(new RunId(run), TrainingConfiguration.defaults(), at(second))
        .queued(priority, true, at(second));
  }

  private static RunState queued(String run, Integer priority, long second) {
    return RunState.accepted(new RunId(run), TrainingConfiguration.defaults(), at(second))
        .queued(priority, null, at(second));
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }
}
