package deepspeech.objectstore;

import static deepspeech.messages.InvalidMessageException.require;

import java.time.Duration;

/**
 * Timeouts and idle connections of a client.
 *
 * @param connectTimeout timeout for opening a connection, at least 1 ms
 * @param transferTimeout longest time without a byte read or written, at least 1 ms
 * @param idle number of idle connections that stay open for later requests, from 0
 * @param keepAlive how long an idle connection stays open, at least 1 ms
 */
public record Connections(
    Duration connectTimeout, Duration transferTimeout, int idle, Duration keepAlive) {
  public Connections {
    requirePositive("connect timeout", connectTimeout);
    requirePositive("transfer timeout", transferTimeout);
    requirePositive("keep alive", keepAlive);
    require(idle >= 0, "idle", idle, "a whole number from 0");
  }

  private static void requirePositive(String field, Duration duration) {
    require(
        duration != null && duration.toMillis() > 0, field, duration, "one millisecond or longer");
  }
}
