package deepspeech.trainer.command;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.checkpoint.NewLearningRate;
import deepspeech.trainer.checkpoint.StartTerms;
import deepspeech.trainer.run.RunRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out {@code resume}: queues a run that has ended, with its last configuration and the
 * arguments of the command.
 */
final class ResumeHandler {
  private final RunRegistry registry;
  private final CommandHandler.RunControl control;
  private final CommandHandler.Feasibility feasibility;
  private final Clock clock;

  ResumeHandler(
      RunRegistry registry,
      CommandHandler.RunControl control,
      CommandHandler.Feasibility feasibility,
      Clock clock) {
    this.registry = registry;
    this.control = control;
    this.feasibility = feasibility;
    this.clock = clock;
  }

  /**
   * Resumes a run.
   *
   * @param id {@code ce_id} of the command
   * @throws InvalidCommandException if the run is unknown, has not ended or has no checkpoint
   * @throws InvalidMessageException if the configuration does not fit the checkpoint
   */
  void resume(String id, Command.Resume command) {
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
    TrainingConfiguration configuration =
        feasibility.settle(
            state.run(),
            lastTrained(state).with(given(command, state)),
            StartTerms.ofResume(state, command.configuration()));
    Instant now = clock.instant();
    registry.put(
        state
            .resumed(configuration, now)
            .queued(command.priority(), command.preempt(), now)
            .withCommand(id, now));
    control.enqueue(state.run());
  }

  private static Map<String, Object> given(Command.Resume command, RunState state) {
    Map<String, Object> given = new HashMap<>(command.configuration());
    if (state.status() == RunStatus.REJECTED && state.configuration() != null) {
      // The run may have ended early before the resume that was rejected at its start.
      state
          .configuration()
          .earlyStop()
          .epoch()
          .ifPresent(epoch -> given.putIfAbsent(Argument.EARLY_STOP_EPOCH.argumentName(), epoch));
    }
    given.put(Argument.RESUME_MODEL.argumentName(), command.from().toString());
    given.put(Argument.PRETRAINED_MODEL.argumentName(), null);
    if (NewLearningRate.isRateOrSchedule(command.configuration())) {
      given.putIfAbsent(Argument.LEARNING_RATE_LAST_EPOCH.argumentName(), null);
    }
    return given;
  }

  /**
   * Requires that a run without a last checkpoint has a checkpoint in the store. The run's state
   * may lack it.
   */
  private RunState requireCheckpoint(RunState known, ModelReference from) {
    KnownRun run = new KnownRun(known);
    if (run.hasNothingToResume()
        && run.isNameFree()
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

  /**
   * Creates the state of a run that is known only from its checkpoints, in the trainer's own store
   * or in the store that the command names.
   */
  private RunState fromCheckpoint(Command.Resume command) {
    TrainingConfiguration configuration =
        feasibility
            .configurationOf(command.run(), command.from())
            .orElseThrow(() -> nothingToResume(command.run()));
    return RunState.stopped(command.run(), configuration, clock.instant());
  }

  private InvalidCommandException nothingToResume(RunId run) {
    return registry
        .find(run)
        .map(
            rejected ->
                new InvalidCommandException(
                    "run: \"%s\" given, which was rejected: %s".formatted(run, rejected.reason())))
        .orElseGet(() -> InvalidCommandException.unknown(run));
  }
}
