package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
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
    return download.readNamed(resolver, run, argument, model, CheckpointFiles::readState);
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
    return download.readLatest(
        resolver.storeOf(model), run, model, damaged -> {}, CheckpointFiles::readState);
  }
}
