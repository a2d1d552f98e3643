package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.ScheduleArguments;
import deepspeech.messages.configuration.ScheduleType;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.trainer.training.TrainingState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks, before a run is accepted, whether its configuration fits the checkpoint that it names.
 * Reads the training state of that checkpoint alone.
 */
public final class NewRunValidator {
  private final CheckpointStore store;
  private final CheckpointResolver resolver;
  private final TrainingStateReader states;

  /**
   * Creates a validator.
   *
   * @param store the trainer's own store
   * @param workDirectory the directory for downloads, which are deleted after use
   */
  public NewRunValidator(CheckpointStore store, Path workDirectory) {
    this.store = store;
    this.resolver = new CheckpointResolver(store);
    this.states =
        new TrainingStateReader(resolver, CheckpointDownload.trainingState(workDirectory));
  }

  /**
   * Checks, before a run is accepted, that the models that it names exist and fit. Completes the
   * configuration from the checkpoint.
   *
   * @param terms what the command brings to the checkpoint
   * @return the run's configuration. {@code learning_rate_epoch} is the checkpoint's, or the first
   *     epoch that is trained with a new learning rate or schedule. {@code early_stop_epoch} is the
   *     first epoch that is trained if the run ended early. A schedule that ends with the run has
   *     {@code learning_rate_last_epoch}, so that it does not change with {@code num_epoch}. A URI
   *     in the trainer's own store becomes the run's name.
   * @throws InvalidMessageException naming the argument, what was found and what is allowed
   */
  public TrainingConfiguration settle(
      RunId run, TrainingConfiguration configuration, StartTerms terms) {
    configuration.requireKnown();
    return withEnd(fitted(run, configuration, terms));
  }

  private static TrainingConfiguration withEnd(TrainingConfiguration configuration) {
    ScheduleArguments schedule = configuration.schedule();
    return schedule.type() != ScheduleType.WARMUP_COSINE || schedule.lastEpoch().isPresent()
        ? configuration
        : configuration.with(
            Map.of(Argument.LEARNING_RATE_LAST_EPOCH.argumentName(), configuration.numEpoch()));
  }

  private TrainingConfiguration fitted(
      RunId run, TrainingConfiguration configuration, StartTerms terms) {
    if (configuration.pretrainedModel().isPresent()) {
      ModelReference model = resolver.inOwnTerms(configuration.pretrainedModel().get());
      CheckpointFit.requireShape(states.read(run, Argument.PRETRAINED_MODEL, model), configuration);
      return configuration.with(Map.of(Argument.PRETRAINED_MODEL.argumentName(), model.toString()));
    }
    if (configuration.resumeModel().isEmpty()) {
      return configuration;
    }
    ModelReference model = resolver.inOwnTerms(configuration.resumeModel().get());
    TrainingState state = states.readResumed(run, model);
    CheckpointFit.requireShape(state, configuration);
    InvalidMessageException.require(
        state.nextEpoch() <= configuration.numEpoch(),
        Argument.NUM_EPOCH.argumentName(),
        configuration.numEpoch(),
        "more than %d, because checkpoint %s has completed these epochs"
            .formatted(state.nextEpoch() - 1, state.checkpoint()));
    CheckpointFit.requireSameBatches(state, configuration);
    requireOwn(run, model, state);
    requireFreeName(run, model, state);
    requireNothingPinnedBehind(run, model, state);
    return terms.applyTo(
        configuration.with(Map.of(Argument.RESUME_MODEL.argumentName(), model.toString())), state);
  }

  /**
   * Requires that the store has no checkpoints under the name of a new run. The new checkpoints
   * would take their names.
   *
   * @throws InvalidMessageException if the store has checkpoints of a run of that name
   */
  public void requireNew(RunId run) {
    List<CheckpointId> existing = store.list(run);
    if (!existing.isEmpty()) {
      throw InvalidMessageException.field(
          "run",
          run.toString(),
          "a new name, because the store has checkpoints of a run of that name, the newest %s; or the command resume"
              .formatted(existing.get(existing.size() - 1)));
    }
  }

  /**
   * Returns the configuration that a run had at a checkpoint, for a run of which nothing else is
   * known.
   *
   * @return empty if the checkpoint belongs to another run, or if the trainer's own store has no
   *     checkpoint of the run
   * @throws InvalidMessageException if the named checkpoint does not exist or is damaged
   */
  public Optional<TrainingConfiguration> configurationOf(RunId run, ModelReference model) {
    ModelReference own = resolver.inOwnTerms(model);
    boolean ofOtherRun = own.run().filter(named -> !named.equals(run)).isPresent();
    if (ofOtherRun || (own.store().isEmpty() && store.list(run).isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(states.readResumed(run, own).configuration());
  }

  /** Throws if a run that has checkpoints is to resume from another run's checkpoint. */
  private void requireOwn(RunId run, ModelReference model, TrainingState state) {
    InvalidMessageException.require(
        state.run().equals(run) || store.list(run).isEmpty(),
        Argument.RESUME_MODEL.argumentName(),
        model.toString(),
        "a checkpoint of run %s, because that run has its own, or the name of a new run"
            .formatted(run));
  }

  /**
   * Throws if a checkpoint of another store would take the name of a different checkpoint of the
   * run in the trainer's own store.
   */
  private void requireFreeName(RunId run, ModelReference model, TrainingState state) {
    if (resolver.isOwn(model) || !state.run().equals(run)) {
      return;
    }
    if (store.list(run).contains(state.checkpoint())) {
      StoredCheckpoint own = store.describe(run, state.checkpoint());
      List<CheckpointFile> other = resolver.resolve(run, Argument.RESUME_MODEL, model).files();
      InvalidMessageException.require(
          own.files().equals(other),
          Argument.RESUME_MODEL.argumentName(),
          model.toString(),
          "another name of the run, because %s has different contents".formatted(own.uri()));
    }
  }

  /** Throws if a later checkpoint is pinned, because resuming would remove it. */
  private void requireNothingPinnedBehind(RunId run, ModelReference model, TrainingState state) {
    if (!state.run().equals(run)) {
      return;
    }
    for (CheckpointId pin : store.pinned(run)) {
      InvalidMessageException.require(
          pin.compareTo(state.checkpoint()) <= 0,
          Argument.RESUME_MODEL.argumentName(),
          model.toString(),
          "no checkpoint before %s, which is pinned and would be removed".formatted(pin));
    }
  }
}
