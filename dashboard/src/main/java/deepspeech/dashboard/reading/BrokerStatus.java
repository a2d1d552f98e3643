package deepspeech.dashboard.reading;

import java.time.Instant;

/**
 * How the service stands with the broker.
 *
 * @param since when it came to stand so
 * @param reading what the topics held when reading began has not all been read yet
 * @param reason why it is not connected, in a line; null if it is
 */
public record BrokerStatus(boolean connected, Instant since, boolean reading, String reason) {
  /** True if the history is whole and follows the topics. */
  public boolean isReady() {
    return connected && !reading;
  }
}
