package deepspeech.trainer.training;

/** Receives the training state from the training thread and publishes it. */
public interface CheckpointSink {
  /**
   * Copies the weights and the optimiser state, and publishes them in the background. Waits only
   * while an earlier checkpoint is still being published.
   *
   * @throws RunFailedException if an earlier checkpoint could not be published
   * @throws TakenOverException if another trainer has taken over the run
   */
  void publish(TrainingState state) throws InterruptedException;

  /**
   * Waits until all checkpoints are published.
   *
   * @throws RunFailedException if a checkpoint could not be published
   * @throws TakenOverException if another trainer has taken over the run
   */
  void awaitPublished() throws InterruptedException;
}
