package deepspeech.objectstore;

import static deepspeech.messages.InvalidMessageException.require;

import java.time.Duration;

/**
 * How long a client waits for the server, and what it keeps open in between.
 *
 * @param connectTimeout until a connection stands, more than nothing
 * @param transferTimeout without a byte read or written, more than nothing
 * @param idle connections that are kept for the next request, from 0
 * @param keepAlive of an idle connection, more than nothing
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
