package deepspeech.trainer.training;

import deepspeech.messages.features.FeatureBatch;
import io.opentelemetry.context.Context;

/** The feature batches of a run, in order. */
public interface BatchSource extends AutoCloseable {
  /**
   * Waits for the next batch.
   *
   * @return the next batch; null if the wait was ended by {@link #close()}
   */
  FeatureBatch next() throws InterruptedException;

  /** Where the batch that was given last is in its trace. */
  default Context trace() {
    return Context.root();
  }

  /** Ends a wait, and the requests for more. */
  @Override
  void close();
}
