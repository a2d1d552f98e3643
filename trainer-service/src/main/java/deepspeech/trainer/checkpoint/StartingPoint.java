package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.BestPointer;
import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.checkpoint.LocalCheckpoint;
import deepspeech.checkpoint.NewestIntactCheckpoint;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.ModelReference;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.run.RunId;
import deepspeech.trainer.training.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Resolves {@code resume_model} and {@code pretrained_model}, and checks whether a configuration
 * fits the checkpoint. A checkpoint in another bucket or prefix is read there; nothing is written
 * there.
 */
public final class StartingPoint {
  private static final int MOST_DAMAGED_SHOWN = 3;

  private final CheckpointStore store;
  private final Path workDirectory;
  private final Function<RunId, List<Evaluation>> evaluations;

  /**
   * Creates a resolver on the trainer's own store.
   *
   * @param workDirectory the directory for downloads, which are deleted after use
   * @param evaluations returns the evaluations of a run, in the order in which they were made
   */
  public StartingPoint(
      CheckpointStore store, Path workDirectory, Function<RunId, List<Evaluation>> evaluations) {
    this.store = store;
    this.workDirectory = workDirectory;
    this.evaluations = evaluations;
  }

  /**
   * Checks, before a run is accepted, that the models that it names exist and fit. Completes the
   * configuration from the checkpoint.
   *
   * @param learningRate whether the learning rate is new, if {@code learning_rate_epoch} is not
   *     given
   * @return the run's configuration. {@code learning_rate_epoch} is the checkpoint's, or the first
   *     epoch that is trained with a new learning rate. A URI in the trainer's own store becomes
   *     the run's name.
   * @throws InvalidMessageException naming the argument, what was found and what is allowed
   */
  public TrainingConfiguration settle(
      RunId run, TrainingConfiguration configuration, NewLearningRate learningRate) {
    if (configuration.pretrainedModel().isPresent()) {
      ModelReference model = inOwnTerms(configuration.pretrainedModel().get());
      CheckpointFit.requireShape(state(run, Argument.PRETRAINED_MODEL, model), configuration);
      return configuration.with(Map.of(Argument.PRETRAINED_MODEL.argumentName(), model.toString()));
    }
    if (configuration.resumeModel().isEmpty()) {
      return configuration;
    }
    ModelReference model = inOwnTerms(configuration.resumeModel().get());
    TrainingState state = resumedState(run, model);
    CheckpointFit.requireShape(state, configuration);
    InvalidMessageException.require(
        state.nextEpoch() <= configuration.numEpoch(),
        Argument.NUM_EPOCH.argumentName(),
        configuration.numEpoch(),
        "more than %d, since checkpoint %s has these epochs behind it"
            .formatted(state.nextEpoch() - 1, state.checkpoint()));
    requireOwn(run, model, state);
    requireFreeName(run, model, state);
    requireNothingPinnedBehind(run, model, state);
    TrainingConfiguration settled =
        configuration.with(Map.of(Argument.RESUME_MODEL.argumentName(), model.toString()));
    return withLearningRate(settled, state, learningRate);
  }

  /**
   * Requires that the store has no checkpoints under the name of a new run. The new checkpoints
   * would take their names.
   *
   * @throws InvalidMessageException if the store has checkpoints of a run of that name
   */
  public void requireNew(RunId run) {
    List<CheckpointId> there = store.list(run);
    if (!there.isEmpty()) {
      throw InvalidMessageException.field(
          "run",
          run.toString(),
          "a new name, since the store has checkpoints of that one, the newest %s; or the command resume"
              .formatted(there.get(there.size() - 1)));
    }
  }

  private static TrainingConfiguration withLearningRate(
      TrainingConfiguration settled, TrainingState state, NewLearningRate learningRate) {
    TrainingConfiguration before = state.configuration();
    Map<String, Object> changed = new HashMap<>();
    switch (learningRate) {
      case NONE -> {
        return settled;
      }
      case GIVEN -> changed.put(Argument.LEARNING_RATE_EPOCH.argumentName(), state.nextEpoch());
      case IF_OTHER -> {
        if (settled.learningRate() != before.learningRate()) {
          changed.put(Argument.LEARNING_RATE_EPOCH.argumentName(), state.nextEpoch());
        } else if (before.learningRateEpoch().isPresent()) {
          changed.put(
              Argument.LEARNING_RATE_EPOCH.argumentName(), before.learningRateEpoch().get());
        }
      }
      case AS_BEFORE -> {
        if (settled.learningRateEpoch().filter(epoch -> epoch > state.nextEpoch()).isPresent()) {
          changed.put(Argument.LEARNING_RATE.argumentName(), before.learningRate());
          changed.put(
              Argument.LEARNING_RATE_EPOCH.argumentName(), before.learningRateEpoch().orElse(null));
        }
      }
    }
    return settled.with(changed);
  }

  /** Throws if a run that has checkpoints is to resume from another run's checkpoint. */
  private void requireOwn(RunId run, ModelReference model, TrainingState state) {
    InvalidMessageException.require(
        state.run().equals(run) || store.list(run).isEmpty(),
        Argument.RESUME_MODEL.argumentName(),
        model.toString(),
        "a checkpoint of run %s, which has some, or the name of a new run".formatted(run));
  }

  /**
   * Throws if a checkpoint of another store would take the name of a different checkpoint of the
   * run in the trainer's own store.
   */
  private void requireFreeName(RunId run, ModelReference model, TrainingState state) {
    if (store.of(model) == store || !state.run().equals(run)) {
      return;
    }
    if (store.list(run).contains(state.checkpoint())) {
      StoredCheckpoint own = store.describe(run, state.checkpoint());
      List<CheckpointFile> other = resolve(run, Argument.RESUME_MODEL, model).files();
      InvalidMessageException.require(
          own.files().equals(other),
          Argument.RESUME_MODEL.argumentName(),
          model.toString(),
          "another name of the run, since %s is a checkpoint of that name with other contents"
              .formatted(own.uri()));
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

  /** Replaces a URI in the trainer's own store with the name of the run. */
  private ModelReference inOwnTerms(ModelReference model) {
    return store.of(model) == store
        ? new ModelReference(Optional.empty(), model.run(), model.checkpoint())
        : model;
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
    ModelReference own = inOwnTerms(model);
    boolean ofOtherRun = own.run().filter(named -> !named.equals(run)).isPresent();
    if (ofOtherRun || (own.store().isEmpty() && store.list(run).isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(resumedState(run, own).configuration());
  }

  /** Uses the newest intact checkpoint if the run's latest is damaged. */
  private TrainingState resumedState(RunId run, ModelReference model) {
    try {
      return state(run, Argument.RESUME_MODEL, model);
    } catch (InvalidMessageException e) {
      if (!model.isLatestOf(run) || !(e.getCause() instanceof DamagedCheckpointException)) {
        throw e;
      }
    }
    return latest(run, model, damaged -> {}).state();
  }

  /**
   * Downloads a checkpoint that a configuration names.
   *
   * @param run the run that a reference without a run means
   * @throws InvalidMessageException if the checkpoint does not exist or is damaged
   */
  public LoadedCheckpoint load(RunId run, Argument argument, ModelReference model) {
    StoredCheckpoint stored = resolve(run, argument, model);
    return fetched(
        store.of(model),
        stored.run(),
        stored.checkpoint(),
        Set.of(),
        damaged -> refused(argument, model, damaged),
        CheckpointFiles::read);
  }

  /**
   * Downloads the newest intact checkpoint of a run. This is for a run that was in progress when
   * its trainer disappeared, or that resumes from its latest checkpoint.
   *
   * @param damaged receives a message for each damaged checkpoint that was skipped
   * @throws CheckpointNotFoundException if there is no intact checkpoint
   */
  public LoadedCheckpoint newest(RunId run, Consumer<String> damaged) {
    Path directory = workDirectory.resolve(run + "-recovery");
    try {
      NewestIntactCheckpoint newest = store.newestIntact(run, directory);
      newest.damaged().forEach(e -> damaged.accept(e.getMessage()));
      return CheckpointFiles.read(
          newest
              .checkpoint()
              .orElseThrow(() -> new CheckpointNotFoundException(noneIntact(run, newest))));
    } catch (IOException e) {
      throw new IllegalStateException("%s: cannot read: %s".formatted(directory, e), e);
    } finally {
      WorkFiles.delete(directory);
    }
  }

  /**
   * Downloads the newest intact checkpoint for a command that names the latest.
   *
   * @param model the reference in the command
   * @throws InvalidMessageException if there is no intact checkpoint
   */
  public LoadedCheckpoint latest(RunId run, ModelReference model, Consumer<String> damaged) {
    try {
      return newest(run, damaged);
    } catch (CheckpointNotFoundException e) {
      throw refused(Argument.RESUME_MODEL, model, e);
    }
  }

  private static String noneIntact(RunId run, NewestIntactCheckpoint newest) {
    if (newest.damaged().isEmpty()) {
      return "run %s has no complete checkpoint; train it under a new name".formatted(run);
    }
    int more = newest.damaged().size() - MOST_DAMAGED_SHOWN;
    return newest.damaged().stream()
        .limit(MOST_DAMAGED_SHOWN)
        .map(Throwable::getMessage)
        .collect(
            Collectors.joining(
                "; ",
                "run %s has no checkpoint that is not damaged: ".formatted(run),
                more > 0 ? "; and %d more".formatted(more) : ""));
  }

  /**
   * Makes a checkpoint the latest of the run that resumes from it, once it is known to fit. Later
   * checkpoints are removed, so that the run can write them again. A checkpoint of another store is
   * copied first, together with the best checkpoint of that store if it is not later. If the run's
   * best checkpoint was later, the best of the remaining ones takes its place.
   *
   * @param model the reference that named the checkpoint; empty for the run's own
   */
  public void goBackTo(RunId run, Optional<ModelReference> model, CheckpointId checkpoint) {
    model
        .map(store::of)
        .filter(from -> from != store)
        .ifPresent(from -> copyFrom(from, run, checkpoint));
    store.rewind(run, checkpoint);
    if (store.best(run).isEmpty()) {
      offerBest(run);
    }
  }

  private void offerBest(RunId run) {
    List<CheckpointId> there = store.list(run);
    evaluations.apply(run).stream()
        .filter(evaluation -> there.contains(evaluation.checkpoint()))
        .forEach(evaluation -> store.offerBest(run, evaluation.checkpoint(), evaluation.cer()));
  }

  private void copyFrom(CheckpointStore from, RunId run, CheckpointId checkpoint) {
    Optional<BestPointer> best =
        from.best(run).filter(pointer -> pointer.checkpoint().compareTo(checkpoint) <= 0);
    Set<CheckpointId> ids = new TreeSet<>(Set.of(checkpoint));
    best.ifPresent(pointer -> ids.add(pointer.checkpoint()));
    for (CheckpointId id : ids) {
      StoredCheckpoint copied =
          fetched(from, run, id, Set.of(), damaged -> damaged, this::publishAgain);
      best.filter(pointer -> pointer.checkpoint().equals(copied.checkpoint()))
          .ifPresent(pointer -> store.offerBest(run, id, pointer.cer()));
    }
  }

  private StoredCheckpoint publishAgain(LocalCheckpoint local) {
    StoredCheckpoint stored = local.stored();
    return store.publish(
        stored.run(),
        stored.checkpoint(),
        stored.files().stream().map(file -> CheckpointSource.of(local.file(file.name()))).toList(),
        stored.metadata());
  }

  private TrainingState state(RunId run, Argument argument, ModelReference model) {
    StoredCheckpoint stored = resolve(run, argument, model);
    return fetched(
        store.of(model),
        stored.run(),
        stored.checkpoint(),
        Set.of(CheckpointFiles.TRAINING_STATE),
        damaged -> refused(argument, model, damaged),
        CheckpointFiles::readState);
  }

  private StoredCheckpoint resolve(RunId run, Argument argument, ModelReference model) {
    CheckpointStore from = store.of(model);
    try {
      return from.resolve(run, model);
    } catch (CheckpointNotFoundException | DamagedCheckpointException e) {
      throw refused(argument, model, e);
    } catch (CheckpointStoreException e) {
      // The trainer cannot continue without its own store. Another store comes from the user's
      // configuration, so its failure is a refusal.
      throw from == store ? e : refused(argument, model, e);
    }
  }

  private interface Reading<T> {
    T read(LocalCheckpoint checkpoint) throws IOException;
  }

  private interface Refusal {
    RuntimeException of(DamagedCheckpointException damaged);
  }

  private <T> T fetched(
      CheckpointStore from,
      RunId run,
      CheckpointId checkpoint,
      Set<String> files,
      Refusal refusal,
      Reading<T> reading) {
    // A command may be checked while a run downloads the same checkpoint. Each needs its own
    // directory.
    String purpose = files.isEmpty() ? "from-" : "check-";
    Path directory = workDirectory.resolve(purpose + run + "-" + checkpoint);
    try {
      return reading.read(from.open(run, checkpoint, directory, files));
    } catch (DamagedCheckpointException e) {
      throw refusal.of(e);
    } catch (IOException e) {
      throw new IllegalStateException("%s: cannot read: %s".formatted(directory, e), e);
    } finally {
      WorkFiles.delete(directory);
    }
  }

  private static InvalidMessageException refused(
      Argument argument, ModelReference model, RuntimeException why) {
    return new InvalidMessageException(
        "%s: \"%s\" given, but %s".formatted(argument.argumentName(), model, why.getMessage()),
        why);
  }
}
