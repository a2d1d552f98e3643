package deepspeech.testing.service;

import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a trainer publishes in answer to commands, without a trainer. A new run starts at once and
 * runs until it is stopped, which gives it a checkpoint. A resumed run waits.
 */
public final class TrainerReplies {
  private static final Position POSITION = new Position(1, 7, 63, 7);
  private static final CheckpointId CHECKPOINT = new CheckpointId(1, 7);
  private static final int SAMPLES = 1000;

  private static final String TRAINER = "trainer-0";

  private final Map<RunId, RunState> states = new HashMap<>();
  private final Clock clock;

  /**
   * Creates the replies.
   *
   * @param clock gives the times of the states
   */
  public TrainerReplies(Clock clock) {
    this.clock = clock;
  }

  /**
   * Takes a command.
   *
   * @param id its {@code ce_id}
   * @return the new states of its run in order, or the dead letter of a command that is rejected;
   *     nothing for a command that is known
   */
  public List<Object> to(String id, Command command) {
    RunState known = states.get(command.run());
    if (known != null && known.commands().contains(id)) {
      return List.of();
    }
    if (command instanceof Command.Train train) {
      return start(id, command, train.configuration(), train.priority(), train.preempt());
    }
    if (command instanceof Command.FineTune fineTune) {
      return start(id, command, fineTune.configuration(), fineTune.priority(), fineTune.preempt());
    }
    if (known == null) {
      return rejected(id, command, "no such run");
    }
    if (command instanceof Command.Resume resume) {
      return resume(id, resume, known);
    }
    if (command instanceof Command.Stop) {
      return stop(id, command, known);
    }
    Instant now = clock.instant();
    RunState carriedOut = known.withCommand(id, now);
    if (command instanceof Command.Pin pin) {
      carriedOut = carriedOut.withPinned(List.of(pin.checkpoint()), now);
    } else if (command instanceof Command.Unpin) {
      carriedOut = carriedOut.withPinned(List.of(), now);
    }
    return kept(carriedOut);
  }

  private List<Object> start(
      String id,
      Command command,
      TrainingConfiguration configuration,
      Integer priority,
      Boolean preempt) {
    RunState known = states.get(command.run());
    if (known != null) {
      return rejected(
          id,
          command,
          "which is %s already; allowed: a new name, or the command resume"
              .formatted(known.status()));
    }
    Instant now = clock.instant();
    RunState accepted =
        RunState.accepted(command.run(), configuration, now)
            .queued(priority, preempt, now)
            .withCommand(id, now);
    return kept(
        accepted,
        accepted
            .withStatus(RunStatus.RUNNING, now)
            .withTrainer(TRAINER, now)
            .withPosition(POSITION, now)
            .withData(SAMPLES, List.of(), now));
  }

  private List<Object> resume(String id, Command.Resume command, RunState known) {
    if (!known.status().ended()) {
      return rejected(
          id, command, "which is %s; allowed: a run that has ended".formatted(known.status()));
    }
    Map<String, Object> given = new HashMap<>(command.configuration());
    given.put(Argument.RESUME_MODEL.argumentName(), command.from().toString());
    given.put(Argument.PRETRAINED_MODEL.argumentName(), null);
    Instant now = clock.instant();
    return kept(
        known
            .resumed(known.configuration().with(given), now)
            .queued(command.priority(), command.preempt(), now)
            .withCommand(id, now));
  }

  private List<Object> stop(String id, Command command, RunState known) {
    if (known.status().ended()) {
      return rejected(
          id,
          command,
          "which is %s; allowed: a run that is waiting or running".formatted(known.status()));
    }
    Instant now = clock.instant();
    RunState stopping = known.withCommand(id, now).stopping(now);
    return kept(
        stopping, stopping.withStatus(RunStatus.STOPPED, now).withLastCheckpoint(CHECKPOINT, now));
  }

  private List<Object> kept(RunState... inOrder) {
    for (RunState state : inOrder) {
      states.put(state.run(), state);
    }
    return List.copyOf(List.of(inOrder));
  }

  private List<Object> rejected(String id, Command command, String reason) {
    return List.of(
        DeadLetter.rejected(
            DeadLetter.COMMAND,
            command.run(),
            id,
            "run: \"%s\" given, %s".formatted(command.run(), reason),
            new byte[0],
            clock.instant()));
  }
}
