package deepspeech.evaluator.backlog;

import deepspeech.broker.progress.Offsets;

/** Reports how far the events of {@code deepspeech.checkpoints} are processed. */
@FunctionalInterface
public interface CheckpointProgress {
  /**
   * The current progress.
   *
   * @throws deepspeech.broker.BrokerException if the broker does not report it
   */
  Offsets now() throws InterruptedException;
}
