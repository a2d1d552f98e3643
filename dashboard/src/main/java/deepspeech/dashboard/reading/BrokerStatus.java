package deepspeech.dashboard.reading;

import java.time.Instant;

/**
 * State of the connection between service and broker.
 *
 * @param since time of the last change of {@code connected}
 * @param reading true until all messages that the topics held when reading began have been read
 * @param reason one-line reason why the service is not connected; null if it is connected
 */
public record BrokerStatus(boolean connected, Instant since, boolean reading, String reason) {
  /** True if the history is complete and follows the topics. */
  public boolean isReady() {
    return connected && !reading;
  }
}
