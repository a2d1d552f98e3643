package deepspeech.evaluator.backlog;

import deepspeech.broker.progress.Offsets;

/** Asks how far the events of {@code deepspeech.checkpoints} are worked off. */
@FunctionalInterface
public interface CheckpointProgress {
  /**
   * The progress at this time.
   *
   * @throws deepspeech.broker.BrokerException if the broker does not tell
   */
  Offsets now() throws InterruptedException;
}
