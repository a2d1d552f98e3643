package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import java.util.function.Consumer;

/** The ids of what a topic holds. */
@FunctionalInterface
public interface TopicIds {
  /**
   * Gives the ids that came since the last call, at first all of them, up to now.
   *
   * @throws BrokerException if the topic cannot be read
   */
  void catchUp(Consumer<String> ids) throws InterruptedException;
}
