package deepspeech.trainer.checkpoint;

import deepspeech.trainer.training.TakenOverException;

/** Commits checkpoints to the store. */
@FunctionalInterface
public interface CheckpointCommitter {
  /**
   * Writes, uploads and announces a checkpoint, on the calling thread.
   *
   * @throws TakenOverException if another trainer has taken over the run
   */
  void commit(CheckpointCopy copy);
}
