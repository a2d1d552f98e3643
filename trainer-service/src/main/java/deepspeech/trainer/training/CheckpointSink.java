package deepspeech.trainer.training;

/** Receives the training state from the training thread and commits it as a checkpoint. */
public interface CheckpointSink {
  /**
   * Copies the weights and the optimiser state, and commits them in the background. Waits only
   * while an earlier checkpoint is still being committed.
   *
   * @throws RunFailedException if an earlier checkpoint could not be committed
   * @throws TakenOverException if another trainer has taken over the run
   */
  void commit(TrainingState state) throws InterruptedException;

  /**
   * Waits until all checkpoints are committed.
   *
   * @throws RunFailedException if a checkpoint could not be committed
   * @throws TakenOverException if another trainer has taken over the run
   */
  void awaitCommitted() throws InterruptedException;
}
