package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.checkpoint.LocalCheckpoint;
import deepspeech.checkpoint.NewestIntact;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.ModelReference;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.RunId;
import deepspeech.trainer.model.ModelShape;
import deepspeech.trainer.training.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds what {@code resume_model} and {@code pretrained_model} name, and whether a configuration
 * fits to it.
 */
public final class StartingPoint {
  private final CheckpointStore store;
  private final Path workDirectory;

  public StartingPoint(CheckpointStore store, Path workDirectory) {
    this.store = store;
    this.workDirectory = workDirectory;
  }

  /**
   * Checks, before a run is accepted, that the models that it names are there and fit.
   *
   * @throws InvalidMessageException naming the argument, what was found and what is allowed
   */
  public void check(RunId run, TrainingConfiguration configuration) {
    configuration
        .resumeModel()
        .ifPresent(
            model -> {
              TrainingState state = resumedState(run, model);
              requireShape(state.model(), configuration);
              InvalidMessageException.require(
                  state.nextEpoch() <= configuration.numEpoch(),
                  Argument.NUM_EPOCH.argumentName(),
                  configuration.numEpoch(),
                  "more than %d, since checkpoint %s has these epochs behind it"
                      .formatted(state.nextEpoch() - 1, state.checkpoint()));
            });
    configuration
        .pretrainedModel()
        .ifPresent(
            model ->
                requireShape(state(run, Argument.PRETRAINED_MODEL, model).model(), configuration));
  }

  /** A run goes on from the one before if its latest is damaged. */
  private TrainingState resumedState(RunId run, ModelReference model) {
    try {
      return state(run, Argument.RESUME_MODEL, model);
    } catch (InvalidMessageException e) {
      if (!model.isLatestOf(run) || !(e.getCause() instanceof DamagedCheckpointException)) {
        throw e;
      }
      return newestIntact(run, damaged -> {}).state();
    }
  }

  /**
   * Fetches a checkpoint that a configuration names.
   *
   * @param run that a reference without a run means
   * @throws InvalidMessageException if there is none, or it is damaged
   */
  public LoadedCheckpoint load(RunId run, Argument argument, ModelReference model) {
    StoredCheckpoint stored = resolve(run, argument, model);
    Path directory = directory(stored);
    try {
      return CheckpointFiles.read(
          store.open(stored.run(), stored.checkpoint(), directory, Set.of()));
    } catch (DamagedCheckpointException e) {
      throw refused(argument, model, e);
    } catch (IOException e) {
      throw new IllegalStateException("%s: cannot read: %s".formatted(directory, e), e);
    } finally {
      WorkFiles.delete(directory);
    }
  }

  /**
   * Fetches the newest checkpoint of a run that is not damaged, for a run that was under way when
   * its trainer went away, or that goes on from its latest. Later ones are removed, so that the run
   * can make them again.
   *
   * @param damaged is told of each one that was passed over
   * @throws CheckpointNotFoundException if none is left
   */
  public LoadedCheckpoint newest(RunId run, Consumer<String> damaged) {
    LoadedCheckpoint loaded = newestIntact(run, damaged);
    rewind(run, loaded.state());
    return loaded;
  }

  private LoadedCheckpoint newestIntact(RunId run, Consumer<String> damaged) {
    Path directory = workDirectory.resolve(run + "-recovery");
    try {
      NewestIntact newest = store.newestIntact(run, directory);
      newest.damaged().forEach(e -> damaged.accept(e.getMessage()));
      LocalCheckpoint checkpoint =
          newest
              .checkpoint()
              .orElseThrow(
                  () ->
                      new CheckpointNotFoundException(
                          "run %s: no intact checkpoint".formatted(run)));
      return CheckpointFiles.read(checkpoint);
    } catch (IOException e) {
      throw new IllegalStateException("%s: cannot read: %s".formatted(directory, e), e);
    } finally {
      WorkFiles.delete(directory);
    }
  }

  /** Removes what a run trained behind the state that it goes on from. */
  public void rewind(RunId run, TrainingState state) {
    store.rewind(run, state.checkpoint());
  }

  private TrainingState state(RunId run, Argument argument, ModelReference model) {
    StoredCheckpoint stored = resolve(run, argument, model);
    Path directory = directory(stored);
    try {
      return CheckpointFiles.readState(
          store.open(
              stored.run(),
              stored.checkpoint(),
              directory,
              Set.of(CheckpointFiles.TRAINING_STATE)));
    } catch (DamagedCheckpointException e) {
      throw refused(argument, model, e);
    } catch (IOException e) {
      throw new IllegalStateException("%s: cannot read: %s".formatted(directory, e), e);
    } finally {
      WorkFiles.delete(directory);
    }
  }

  private StoredCheckpoint resolve(RunId run, Argument argument, ModelReference model) {
    try {
      return store.resolve(run, model);
    } catch (CheckpointNotFoundException e) {
      throw refused(argument, model, e);
    }
  }

  private Path directory(StoredCheckpoint stored) {
    return workDirectory.resolve("from-" + stored.run() + "-" + stored.checkpoint());
  }

  private static InvalidMessageException refused(
      Argument argument, ModelReference model, RuntimeException why) {
    return new InvalidMessageException(
        "%s: \"%s\" given, but %s".formatted(argument.argumentName(), model, why.getMessage()),
        why);
  }

  private static void requireShape(ModelShape shape, TrainingConfiguration configuration) {
    require(Argument.NUM_CONV_LAYERS, configuration.numConvLayers(), shape.numConvLayers());
    require(Argument.NUM_RNN_LAYERS, configuration.numRnnLayers(), shape.numRnnLayers());
    require(Argument.RNN_LAYER_SIZE, configuration.rnnLayerSize(), shape.rnnLayerSize());
  }

  private static void require(Argument argument, int given, int stored) {
    InvalidMessageException.require(
        given == stored, argument.argumentName(), given, stored + ", as in the checkpoint");
  }
}
