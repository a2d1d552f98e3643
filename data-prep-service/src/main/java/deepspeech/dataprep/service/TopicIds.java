package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import java.util.function.Consumer;

/** The ids of the messages in a topic. */
@FunctionalInterface
public interface TopicIds {
  /**
   * Passes on the ids of the messages since the last call, up to now. The first call passes on all
   * ids.
   *
   * @throws BrokerException if the topic cannot be read
   */
  void catchUp(Consumer<String> ids) throws InterruptedException;
}
