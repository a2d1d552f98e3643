package deepspeech.trainer.run;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Tells whether a process still listens on an address. When a process dies, its machine refuses
 * further connections at once. An address that was never reachable from here proves nothing, for
 * example behind a firewall.
 */
public final class TrainerProbe implements Function<String, TrainerProbe.Answer> {
  /** What an address shows of its process. */
  public enum Answer {
    /** The process listens. */
    LISTENS,
    /** The address was reachable before and refuses the connection now. */
    GONE,
    /** The address is not reachable, and never was. */
    NONE
  }

  private static final Duration LIMIT = Duration.ofMillis(500);

  /**
   * An address that has never answered, for example behind a firewall, is not tried again for a
   * while, because each try takes long.
   */
  private static final Duration REST = Duration.ofSeconds(30);

  private final Set<String> reached = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> silent = new ConcurrentHashMap<>();

  /**
   * Tries the address.
   *
   * @param address host and port, such as {@code 10.0.0.7:8081}
   */
  @Override
  public Answer apply(String address) {
    Long since = silent.get(address);
    if (since != null && System.nanoTime() - since < REST.toNanos()) {
      return Answer.NONE;
    }
    int colon = address.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              address.substring(0, Math.max(0, colon)),
              Integer.parseInt(address.substring(colon + 1))),
          Math.toIntExact(LIMIT.toMillis()));
      reached.add(address);
      return Answer.LISTENS;
    } catch (ConnectException e) {
      return reached.contains(address) ? Answer.GONE : Answer.NONE;
    } catch (SocketTimeoutException e) {
      if (!reached.contains(address)) {
        silent.put(address, System.nanoTime());
      }
      return Answer.NONE;
    } catch (IOException | IllegalArgumentException e) {
      // Not reachable from here, or not an address.
      return Answer.NONE;
    }
  }
}
