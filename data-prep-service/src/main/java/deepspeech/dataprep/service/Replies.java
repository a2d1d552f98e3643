package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import java.util.List;

/** Where answers go. */
public interface Replies {
  /** Whether a reply topic is there; a run's topic goes when the run ends. */
  boolean exists(String topic) throws InterruptedException;

  /**
   * Sends the records of an answer and waits until the broker has all of them.
   *
   * @throws BrokerException if it does not take them
   */
  void send(String topic, List<Reply> replies) throws InterruptedException;
}
