package deepspeech.trainer.training;

import deepspeech.messages.features.FeatureBatch;
import io.opentelemetry.context.Context;
import java.util.Optional;

/** The feature batches of a run, in order. */
public interface BatchSource extends AutoCloseable {
  /**
   * Waits for the next batch.
   *
   * @return the next batch; null if {@link #close()} ended the wait
   */
  FeatureBatch next() throws InterruptedException;

  /** Returns the batch that {@link #next()} will return, if it is there already. */
  default Optional<FeatureBatch> peek() {
    return Optional.empty();
  }

  /** Returns the trace context of the batch that was returned last. */
  default Context trace() {
    return Context.root();
  }

  /** Ends a wait and stops requesting batches. */
  @Override
  void close();
}
