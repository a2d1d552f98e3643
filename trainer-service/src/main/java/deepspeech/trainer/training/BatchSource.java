package deepspeech.trainer.training;

import deepspeech.messages.features.FeatureBatch;

/** The feature batches of a run, in order. */
public interface BatchSource extends AutoCloseable {
  /**
   * Waits for the next batch.
   *
   * @return the next batch; null if the wait was ended by {@link #close()}
   */
  FeatureBatch next() throws InterruptedException;

  /** Ends a wait, and the requests for more. */
  @Override
  void close();
}
