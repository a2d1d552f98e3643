package deepspeech.testing.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a run goes; trainer-service compares the answers with those of the trainer. */
class TrainerRepliesTest {
  private static final RunId RUN = new RunId("mandarin");
  private static final Command TRAIN =
      new Command.Train(RUN, TrainingConfiguration.of(Map.of("num_epoch", 5)));

  private final TrainerReplies replies = new TrainerReplies(Clock.systemUTC());

  @Test
  void aRunStartsAtOnceAndStopsWithACheckpoint() {
    // When
    List<RunState> started = states("a", TRAIN);
    List<RunState> stopped = states("b", new Command.Stop(RUN));

    // Then
    assertThat(started)
        .extracting(RunState::status)
        .containsExactly(RunStatus.ACCEPTED, RunStatus.RUNNING);
    assertThat(started).allSatisfy(state -> assertThat(state.commands()).containsExactly("a"));
    assertThat(started.get(1).position().step()).isEqualTo(7);
    assertThat(stopped)
        .extracting(RunState::status)
        .containsExactly(RunStatus.RUNNING, RunStatus.STOPPED);
    assertThat(stopped).allSatisfy(state -> assertThat(state.commands()).containsExactly("a", "b"));
    assertThat(stopped.get(1).lastCheckpoint()).isEqualTo(new CheckpointId(1, 7));
  }

  @Test
  void aCommandThatComesTwiceIsAnsweredOnce() {
    // Given
    states("a", TRAIN);

    // When
    List<Object> again = replies.to("a", TRAIN);

    // Then
    assertThat(again).isEmpty();
  }

  @Test
  void runsDoNotKnowOneAnother() {
    // Given
    states("a", TRAIN);

    // When
    List<RunState> other =
        states("b", new Command.Train(new RunId("other"), TrainingConfiguration.defaults()));

    // Then
    assertThat(other).extracting(RunState::run).containsOnly(new RunId("other")).hasSize(2);
  }

  private List<RunState> states(String id, Command command) {
    return replies.to(id, command).stream().map(RunState.class::cast).toList();
  }
}
