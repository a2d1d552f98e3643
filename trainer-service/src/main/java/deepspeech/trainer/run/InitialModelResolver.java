package deepspeech.trainer.run;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.checkpoint.CheckpointAccess;
import deepspeech.trainer.checkpoint.CheckpointFit;
import deepspeech.trainer.checkpoint.LoadedCheckpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Selects the state with which a run starts. A run that was in progress, or that resumes from its
 * latest checkpoint, starts with its newest intact checkpoint. Any other run starts with the
 * checkpoint that its configuration names, or with a new model.
 */
final class InitialModelResolver {
  private final RunJournal journal;
  private final CheckpointAccess access;

  InitialModelResolver(RunJournal journal, CheckpointAccess access) {
    this.journal = journal;
    this.access = access;
  }

  /**
   * Loads the initial state of a run. A run that resumes from its own checkpoint is taken back to
   * it.
   *
   * @param shape the shape of the model to train
   * @param description the training data set
   * @param devices the number of devices that share a step
   * @throws InvalidMessageException if the checkpoint does not exist, is damaged or does not fit
   */
  InitialModelState resolve(
      RunState accepted, ModelShape shape, DataSetDescription description, int devices) {
    RunId run = accepted.run();
    TrainingConfiguration configuration = accepted.configuration();
    boolean wasInProgress = wasInProgress(accepted);
    if (!wasInProgress && configuration.resumeModel().isEmpty()) {
      return configuration
          .pretrainedModel()
          .map(model -> access.loader().load(run, Argument.PRETRAINED_MODEL, model))
          .map(
              checkpoint ->
                  InitialModelState.pretrained(checkpoint, shape, configuration, description))
          .orElseGet(InitialModelState::fresh);
    }
    List<String> damaged = new ArrayList<>();
    LoadedCheckpoint checkpoint = load(accepted, wasInProgress, damaged::add);
    CheckpointFit.requireSameData(checkpoint, description, configuration, devices);
    if (checkpoint.state().run().equals(run)) {
      Optional<ModelReference> named =
          configuration.resumeModel().filter(model -> !wasInProgress && !model.isLatestOf(run));
      rewind(run, named, checkpoint.state().checkpoint());
    }
    return (wasInProgress
            ? InitialModelState.recovering(checkpoint, configuration)
            : InitialModelState.resuming(checkpoint, run, configuration))
        .warning(skipped(damaged, checkpoint.state().checkpoint()));
  }

  private LoadedCheckpoint load(
      RunState accepted, boolean wasInProgress, Consumer<String> damaged) {
    RunId run = accepted.run();
    if (wasInProgress) {
      return access.loader().newest(run, damaged);
    }
    ModelReference model = accepted.configuration().resumeModel().orElseThrow();
    return model.isLatestOf(run)
        ? access.loader().latest(run, model, damaged)
        : access.loader().load(run, Argument.RESUME_MODEL, model);
  }

  private boolean wasInProgress(RunState accepted) {
    return accepted.status() == RunStatus.RUNNING
        && (accepted.lastCheckpoint() != null || !access.store().list(accepted.run()).isEmpty());
  }

  /**
   * Takes the run back to a checkpoint.
   *
   * @param named the reference that named the checkpoint; empty for the run's own newest one
   */
  private void rewind(RunId run, Optional<ModelReference> named, CheckpointId checkpoint) {
    access.rewind().rewind(run, named, checkpoint);
    Instant now = journal.now(run);
    access.pendingEvaluations().wentBack(run, checkpoint, now);
    // The run may be stopped before training starts. Its state must not list removed checkpoints
    // then.
    List<CheckpointId> kept = access.store().list(run);
    journal
        .registry()
        .change(run, s -> s.withLastCheckpoint(checkpoint, now).withCheckpoints(kept, now));
  }

  private static List<String> skipped(List<String> damaged, CheckpointId resumedFrom) {
    return damaged.stream()
        .map(line -> "%s; skipped, the run resumes from %s".formatted(line, resumedFrom))
        .toList();
  }
}
