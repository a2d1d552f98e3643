package deepspeech.trainer.command;

import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.checkpoint.StartTerms;
import deepspeech.trainer.run.RunRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Carries out commands. A command queues or stops a run, acts on a checkpoint, or is rejected with
 * a reason. A command that is already known changes nothing.
 */
public final class CommandHandler {
  private final RunRegistry registry;
  private final RunControl control;
  private final Feasibility feasibility;
  private final ResumeHandler resumes;
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

    /** Deletes the training data that a run has left, which waited and does not go on. */
    void discardData(RunId run);

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
     * @param terms what the command brings to that checkpoint
     * @return the run's configuration
     * @throws InvalidMessageException if the run asks for a device or a model that does not exist
     *     or does not fit
     */
    TrainingConfiguration settle(RunId run, TrainingConfiguration wanted, StartTerms terms);

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
    this.resumes = new ResumeHandler(registry, control, feasibility, clock);
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
        accept(id, train.run(), train.configuration(), train.priority(), train.preempt());
      } else if (command instanceof Command.FineTune fineTune) {
        accept(
            id, fineTune.run(), fineTune.configuration(), fineTune.priority(), fineTune.preempt());
      } else if (command instanceof Command.Resume resume) {
        resumes.resume(id, resume);
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
      registry.put(RunState.rejected(run, id, reason, clock.instant()));
    }
    return new InvalidCommandException(reason);
  }

  private void accept(
      String id,
      RunId run,
      TrainingConfiguration configuration,
      Integer priority,
      Boolean preempt) {
    Optional<KnownRun> known = registry.find(run).map(KnownRun::new);
    if (known.isPresent() && !known.get().isNameFree()) {
      throw new InvalidCommandException(
          "run: \"%s\" given, which is %s already; allowed: a new name%s"
              .formatted(
                  run,
                  known.get().state().status(),
                  known.get().hasNothingToResume() ? "" : ", or the command resume"));
    }
    feasibility.requireNew(run);
    TrainingConfiguration settled =
        feasibility.settle(run, configuration, StartTerms.ofNew(configuration));
    Instant now = clock.instant();
    registry.put(
        known
            .map(before -> before.state().replaced(settled, now))
            .orElseGet(() -> RunState.accepted(run, settled, now))
            .queued(priority, preempt, now)
            .withCommand(id, now));
    control.enqueue(run);
  }

  private void stop(String id, RunState state) {
    if (state.status().ended()) {
      throw new InvalidCommandException(
          "run: \"%s\" given, which is %s; allowed: a run that is waiting or running"
              .formatted(state.run(), state.status()));
    }
    Instant now = clock.instant();
    registry.change(state.run(), s -> s.withCommand(id, now).stopping(now));
    control.stop(state.run(), () -> endStopped(state.run(), now));
  }

  /** A run that has ended since it was read keeps its end. */
  private void endStopped(RunId run, Instant now) {
    boolean ended = registry.find(run).map(state -> state.status().ended()).orElse(true);
    if (!ended) {
      registry.change(run, state -> state.withStatus(RunStatus.STOPPED, now));
      control.discardData(run);
    }
  }

  private RunState known(RunId run) {
    return registry.find(run).orElseThrow(() -> InvalidCommandException.unknown(run));
  }
}
