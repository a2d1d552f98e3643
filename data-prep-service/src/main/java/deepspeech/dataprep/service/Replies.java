package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import java.util.List;

/** Sends answers to requests. */
public interface Replies {
  /** Returns true if a reply topic exists. A run's topic is deleted when the run ends. */
  boolean exists(String topic) throws InterruptedException;

  /**
   * Sends the records of an answer and waits until the broker has all of them.
   *
   * @throws BrokerException if the broker does not accept them
   */
  void send(String topic, List<Reply> replies) throws InterruptedException;
}
