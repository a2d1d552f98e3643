package deepspeech.trainer.command;

import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.ModelReference;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.checkpoint.NewLearningRate;
import deepspeech.trainer.run.RunRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out commands. A command queues or stops a run, acts on a checkpoint, or is rejected with
 * a reason. A command that is already known changes nothing.
 */
public final class CommandHandler {
  private final RunRegistry registry;
  private final RunControl control;
  private final Feasibility feasibility;
  private final Clock clock;

  /** The operations on runs and checkpoints that commands need. */
  public interface RunControl {
    /** Queues the run for training. */
    void enqueue(RunId run);

    /**
     * Ends the run at its next step, if it is in progress.
     *
     * @param otherwise the action if the run is not in progress; the run cannot start meanwhile
     */
    void stop(RunId run, Runnable otherwise);

    /**
     * Publishes the event of a checkpoint again, so that it is tested again.
     *
     * @param id the id of the new event
     * @throws InvalidCommandException if the checkpoint does not exist
     */
    void announceAgain(String id, RunId run, CheckpointId checkpoint);

    /**
     * Protects a checkpoint from retention.
     *
     * @return the checkpoints that are protected now, oldest first
     * @throws InvalidCommandException if the checkpoint does not exist
     */
    List<CheckpointId> pin(RunId run, CheckpointId checkpoint);

    /**
     * Removes the protection of a checkpoint.
     *
     * @return the checkpoints that are protected now, oldest first
     * @throws InvalidCommandException if the checkpoint does not exist
     */
    List<CheckpointId> unpin(RunId run, CheckpointId checkpoint);
  }

  /** Checks whether a run can be trained. */
  @FunctionalInterface
  public interface Feasibility {
    /**
     * Checks a configuration, and completes it from the checkpoint that it names.
     *
     * @param learningRate whether the learning rate is new to that checkpoint
     * @return the run's configuration
     * @throws InvalidMessageException if the run asks for a device or a model that does not exist
     *     or does not fit
     */
    TrainingConfiguration settle(
        RunId run, TrainingConfiguration wanted, NewLearningRate learningRate);

    /**
     * Requires that no checkpoints exist under the name of a new run.
     *
     * @throws InvalidMessageException if there are checkpoints of a run of that name
     */
    default void requireNew(RunId run) {}

    /**
     * Returns the configuration that a run had at a checkpoint; empty if there is no such
     * checkpoint.
     */
    default Optional<TrainingConfiguration> configurationOf(RunId run, ModelReference from) {
      return Optional.empty();
    }
  }

  /**
   * Creates a handler.
   *
   * @param feasibility checks devices and models
   */
  public CommandHandler(
      RunRegistry registry, RunControl control, Feasibility feasibility, Clock clock) {
    this.registry = registry;
    this.control = control;
    this.feasibility = feasibility;
    this.clock = clock;
  }

  /**
   * Carries out a command, at most once.
   *
   * @param id its {@code ce_id}
   * @throws InvalidCommandException if the command cannot be carried out
   */
  public void take(String id, Command command) {
    if (registry.knows(command.run(), id)) {
      return;
    }
    try {
      if (command instanceof Command.Train train) {
        accept(id, train.run(), train.configuration());
      } else if (command instanceof Command.FineTune fineTune) {
        accept(id, fineTune.run(), fineTune.configuration());
      } else if (command instanceof Command.Resume resume) {
        resume(id, resume);
      } else if (command instanceof Command.Stop stop) {
        stop(id, known(stop.run()));
      } else if (command instanceof Command.Evaluate evaluate) {
        known(evaluate.run());
        control.announceAgain(id, evaluate.run(), evaluate.checkpoint());
        carriedOut(id, evaluate.run());
      } else if (command instanceof Command.Pin pin) {
        known(pin.run());
        pinned(id, pin.run(), control.pin(pin.run(), pin.checkpoint()));
      } else if (command instanceof Command.Unpin unpin) {
        known(unpin.run());
        pinned(id, unpin.run(), control.unpin(unpin.run(), unpin.checkpoint()));
      }
    } catch (InvalidMessageException | CheckpointStoreException e) {
      // A missing bucket or an unreadable object must not end the channel. Otherwise the trainer
      // would accept no further command of any run, even after a restart.
      throw reject(id, command.run(), e.getMessage());
    }
  }

  private void carriedOut(String id, RunId run) {
    registry.change(run, state -> state.withCommand(id, clock.instant()));
  }

  private void pinned(String id, RunId run, List<CheckpointId> pinned) {
    Instant now = clock.instant();
    registry.change(run, state -> state.withCommand(id, now).withPinned(pinned, now));
  }

  /**
   * Commits the rejection of a command as the state of its run if the run is not yet known, so that
   * clients that watch the run see it.
   *
   * @return the exception for the rejection
   */
  public InvalidCommandException reject(String id, RunId run, String reason) {
    if (registry.find(run).isEmpty()) {
      registry.put(
          new RunState(
              run,
              RunStatus.REJECTED,
              reason,
              null,
              List.of(id),
              null,
              null,
              null,
              clock.instant()));
    }
    return new InvalidCommandException(reason);
  }

  private void accept(String id, RunId run, TrainingConfiguration configuration) {
    Optional<RunState> known = registry.find(run);
    if (known.isPresent() && !isNameFree(known.get())) {
      throw new InvalidCommandException(
          "run: \"%s\" given, which is %s already; allowed: a new name%s"
              .formatted(
                  run,
                  known.get().status(),
                  hasNothingToResume(known.get()) ? "" : ", or the command resume"));
    }
    feasibility.requireNew(run);
    TrainingConfiguration settled =
        feasibility.settle(
            run,
            configuration,
            configuration.learningRateEpoch().isPresent()
                ? NewLearningRate.NONE
                : NewLearningRate.IF_OTHER);
    registry.put(
        new RunState(
                run,
                RunStatus.ACCEPTED,
                null,
                settled,
                known.map(RunState::commands).orElse(List.of()),
                null,
                null,
                null,
                clock.instant())
            .withCommand(id, clock.instant()));
    control.enqueue(run);
  }

  /**
   * Returns true for a run that was rejected, or that ended before its first batch. Nothing is lost
   * if a new run uses its name.
   */
  private static boolean isNameFree(RunState state) {
    if (state.status() == RunStatus.REJECTED) {
      return true;
    }
    Position position = state.position();
    return hasNothingToResume(state)
        && state.status() != RunStatus.FINISHED
        && (position == null || (position.epoch() == 1 && position.batch() == 0));
  }

  /** Returns true for a run that ended before its first checkpoint. */
  private static boolean hasNothingToResume(RunState state) {
    return state.status().ended() && state.lastCheckpoint() == null;
  }

  private void resume(String id, Command.Resume command) {
    RunState state =
        registry
            .find(command.run())
            .filter(known -> known.configuration() != null)
            .map(known -> requireCheckpoint(known, command.from()))
            .orElseGet(() -> fromCheckpoint(command));
    if (!state.status().ended()) {
      throw new InvalidCommandException(
          "run: \"%s\" given, which is %s; allowed: a run that has ended"
              .formatted(command.run(), state.status()));
    }
    ModelReference from = command.from();
    Map<String, Object> given = new HashMap<>(command.configuration());
    given.put(Argument.RESUME_MODEL.argumentName(), from.toString());
    given.put(Argument.PRETRAINED_MODEL.argumentName(), null);
    TrainingConfiguration configuration =
        feasibility.settle(
            state.run(), lastTrained(state).with(given), learningRate(command.configuration()));
    RunState accepted =
        new RunState(
            state.run(),
            RunStatus.ACCEPTED,
            null,
            configuration,
            state.commands(),
            state.position(),
            state.lastCheckpoint(),
            state.trainingSamples(),
            clock.instant());
    Instant now = clock.instant();
    registry.put(
        accepted
            .withCheckpoints(state.checkpoints(), now)
            .withPinned(state.pinned(), now)
            .withCommand(id, now));
    control.enqueue(state.run());
  }

  /**
   * Requires that a run without a last checkpoint has a checkpoint in the store. The run's state
   * may lack it.
   */
  private RunState requireCheckpoint(RunState known, ModelReference from) {
    if (hasNothingToResume(known)
        && isNameFree(known)
        && from.isLatestOf(known.run())
        && feasibility.configurationOf(known.run(), from).isEmpty()) {
      throw new InvalidCommandException(
          "run: \"%s\" given, which is %s and has no checkpoint; allowed: a run that has one, or the command train, which may use the name again"
              .formatted(known.run(), known.status()));
    }
    return known;
  }

  /**
   * Returns the configuration that the run was last trained with. If the last resume was rejected,
   * its configuration is ignored, and that of the latest checkpoint is used if there is one.
   */
  private TrainingConfiguration lastTrained(RunState state) {
    return Optional.of(state.status())
        .filter(RunStatus.REJECTED::equals)
        .flatMap(
            rejected ->
                feasibility.configurationOf(
                    state.run(),
                    new ModelReference(Optional.empty(), Optional.empty(), ModelReference.LATEST)))
        .orElse(state.configuration());
  }

  private static NewLearningRate learningRate(Map<String, Object> given) {
    if (given.containsKey(Argument.LEARNING_RATE_EPOCH.argumentName())) {
      return NewLearningRate.NONE;
    }
    return given.containsKey(Argument.LEARNING_RATE.argumentName())
        ? NewLearningRate.GIVEN
        : NewLearningRate.AS_BEFORE;
  }

  /**
   * Creates the state of a run that is known only from its checkpoints, in the trainer's own store
   * or in the store that the command names.
   */
  private RunState fromCheckpoint(Command.Resume command) {
    TrainingConfiguration configuration =
        feasibility
            .configurationOf(command.run(), command.from())
            .orElseThrow(() -> nothingToResume(command.run()));
    return new RunState(
        command.run(),
        RunStatus.STOPPED,
        null,
        configuration,
        List.of(),
        null,
        null,
        null,
        clock.instant());
  }

  private void stop(String id, RunState state) {
    if (state.status().ended()) {
      throw new InvalidCommandException(
          "run: \"%s\" given, which is %s; allowed: a run that waits or is under way"
              .formatted(state.run(), state.status()));
    }
    Instant now = clock.instant();
    registry.change(state.run(), s -> s.withCommand(id, now));
    control.stop(
        state.run(),
        () -> registry.change(state.run(), s -> s.withStatus(RunStatus.STOPPED, null, now)));
  }

  private RunState known(RunId run) {
    return registry.find(run).orElseThrow(() -> unknown(run));
  }

  private InvalidCommandException nothingToResume(RunId run) {
    return registry
        .find(run)
        .map(
            rejected ->
                new InvalidCommandException(
                    "run: \"%s\" given, which was rejected: %s".formatted(run, rejected.reason())))
        .orElseGet(() -> unknown(run));
  }

  private static InvalidCommandException unknown(RunId run) {
    return new InvalidCommandException("run: \"%s\" given, there is no such run".formatted(run));
  }
}
