package deepspeech.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.testing.service.TrainerReplies;
import deepspeech.trainer.run.RunRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The double of the trainer, with which other modules are tested, against the trainer itself. */
class TrainerDoubleTest {
  private static final RunId RUN = new RunId("mandarin");
  private static final CheckpointId CHECKPOINT = CheckpointId.endOfEpoch(1);
  private static final Command TRAIN =
      new Command.Train(
          RUN, TrainingConfiguration.of(Map.of("use_gpu", false, "num_epoch", 5)), 3, true);
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private final List<RunState> log = new ArrayList<>();
  private final RunRegistry registry = new RunRegistry(log::add, List.of());
  private final CommandHandler trainer =
      new CommandHandler(
          registry, new Control(), (run, configuration, learningRate) -> configuration, CLOCK);
  private final TrainerReplies replies = new TrainerReplies(CLOCK);

  @Test
  void theDoubleAnswersEveryCommandAsTheTrainerDoes() {
    // Given
    List<Command> commands =
        List.of(
            new Command.Stop(RUN),
            new Command.Resume(RUN, Map.of()),
            new Command.Pin(RUN, CHECKPOINT),
            TRAIN,
            TRAIN,
            new Command.Resume(RUN, Map.of()),
            new Command.Pin(RUN, CHECKPOINT),
            new Command.Unpin(RUN, CHECKPOINT),
            new Command.Evaluate(RUN, CHECKPOINT),
            new Command.Stop(RUN),
            new Command.Stop(RUN),
            TRAIN,
            new Command.Resume(RUN, Map.of("num_epoch", 8)),
            new Command.Stop(RUN));

    for (int i = 0; i < commands.size(); i++) {
      // When
      String id = "command-" + i;
      Object byTrainer = answer(id, commands.get(i));
      List<Object> byDouble = replies.to(id, commands.get(i));

      // Then
      assertThat(comparable(byDouble.get(0))).as(id).isEqualTo(comparable(byTrainer));
      // What follows is what the run makes of it, which the trainer has to know.
      byDouble.stream().skip(1).forEach(state -> registry.put((RunState) state));
    }
  }

  /** The state that the trainer keeps, or the reason for which it rejects the command. */
  private Object answer(String id, Command command) {
    int known = log.size();
    try {
      trainer.take(id, command);
    } catch (InvalidCommandException e) {
      return e.getMessage();
    }
    assertThat(log).as(id).hasSize(known + 1);
    return log.get(known);
  }

  private static Object comparable(Object answer) {
    if (answer instanceof RunState state) {
      return state.at(Instant.EPOCH);
    }
    return answer instanceof DeadLetter letter ? letter.detail() : answer;
  }

  /** Of a trainer that has the run under way. */
  private static final class Control implements CommandHandler.RunControl {
    @Override
    public void enqueue(RunId run) {}

    @Override
    public void stop(RunId run, Runnable otherwise) {}

    @Override
    public void discardData(RunId run) {}

    @Override
    public void announceAgain(String id, RunId run, CheckpointId checkpoint) {}

    @Override
    public List<CheckpointId> pin(RunId run, CheckpointId checkpoint) {
      return List.of(checkpoint);
    }

    @Override
    public List<CheckpointId> unpin(RunId run, CheckpointId checkpoint) {
      return List.of();
    }
  }
}
