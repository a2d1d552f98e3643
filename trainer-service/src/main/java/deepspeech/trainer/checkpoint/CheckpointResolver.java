package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import java.util.Optional;

/**
 * Resolves {@code resume_model} and {@code pretrained_model} to checkpoints, without reading their
 * files. A checkpoint in another bucket or prefix is read there; nothing is written there.
 */
final class CheckpointResolver {
  private final CheckpointStore store;

  /**
   * Creates a resolver.
   *
   * @param store the trainer's own store
   */
  CheckpointResolver(CheckpointStore store) {
    this.store = store;
  }

  /** Returns true if the checkpoint is in the trainer's own store. */
  boolean isOwn(ModelReference model) {
    return storeOf(model) == store;
  }

  /** Returns the store that has the checkpoint. */
  CheckpointStore storeOf(ModelReference model) {
    return store.of(model);
  }

  /** Replaces a URI in the trainer's own store with the name of the run. */
  ModelReference inOwnTerms(ModelReference model) {
    return isOwn(model)
        ? new ModelReference(Optional.empty(), model.run(), model.checkpoint())
        : model;
  }

  /**
   * Finds the checkpoint that a configuration names.
   *
   * @param run the run that a reference without a run means
   * @throws InvalidMessageException if the checkpoint does not exist
   */
  StoredCheckpoint resolve(RunId run, Argument argument, ModelReference model) {
    CheckpointStore from = storeOf(model);
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

  static InvalidMessageException refused(
      Argument argument, ModelReference model, RuntimeException why) {
    return new InvalidMessageException(
        "%s: \"%s\" given, but %s".formatted(argument.argumentName(), model, why.getMessage()),
        why);
  }
}
