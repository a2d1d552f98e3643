package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.ModelReference;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.run.RunId;
import deepspeech.trainer.training.TrainingState;

/**
 * Reads the training states of checkpoints. Commands are checked against them. Nothing else of a
 * checkpoint is downloaded, so that a command does not wait for the weights.
 */
final class TrainingStateReader {
  private final CheckpointResolver resolver;
  private final CheckpointDownload download;

  /**
   * Creates a reader.
   *
   * @param download downloads the training state alone
   */
  TrainingStateReader(CheckpointResolver resolver, CheckpointDownload download) {
    this.resolver = resolver;
    this.download = download;
  }

  /**
   * Reads the training state of the checkpoint that a configuration names.
   *
   * @param run the run that a reference without a run means
   * @throws InvalidMessageException if the checkpoint does not exist or its state is damaged
   */
  TrainingState read(RunId run, Argument argument, ModelReference model) {
    StoredCheckpoint stored = resolver.resolve(run, argument, model);
    try {
      return download.read(resolver.storeOf(model), stored, CheckpointFiles::readState);
    } catch (DamagedCheckpointException e) {
      throw CheckpointResolver.refused(argument, model, e);
    }
  }

  /**
   * Reads the training state of the checkpoint to resume from. If the state of the run's latest
   * checkpoint is damaged, that of the newest checkpoint whose state is intact. The run itself
   * checks the other files when it starts.
   *
   * @throws InvalidMessageException if there is no such checkpoint
   */
  TrainingState readResumed(RunId run, ModelReference model) {
    try {
      return read(run, Argument.RESUME_MODEL, model);
    } catch (InvalidMessageException e) {
      if (!model.isLatestOf(run) || !(e.getCause() instanceof DamagedCheckpointException)) {
        throw e;
      }
    }
    try {
      return download.readNewest(
          resolver.storeOf(model), run, damaged -> {}, CheckpointFiles::readState);
    } catch (CheckpointNotFoundException e) {
      throw CheckpointResolver.refused(Argument.RESUME_MODEL, model, e);
    }
  }
}
