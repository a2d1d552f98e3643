package deepspeech.trainer.training;

/** Where the training thread leaves its state to be published. */
public interface CheckpointSink {
  /**
   * Takes a copy of weights and optimiser and publishes it in the background; waits only if an
   * earlier one is still on its way.
   *
   * @throws RunFailedException if an earlier one could not be published
   * @throws TakenOverException if the run is another trainer's by now
   */
  void publish(TrainingState state) throws InterruptedException;

  /**
   * Waits until all are published.
   *
   * @throws RunFailedException if one could not be published
   * @throws TakenOverException if the run is another trainer's by now
   */
  void awaitPublished() throws InterruptedException;
}
