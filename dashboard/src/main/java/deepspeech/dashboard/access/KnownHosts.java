package deepspeech.dashboard.access;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * The host names under which the page is reached. A request for another name comes from a foreign
 * page whose name was made to resolve to this service (DNS rebinding).
 */
public final class KnownHosts {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private final String bound;
  private final boolean loopback;
  private final Set<String> names;

  /**
   * Creates the names of a service that listens on an address.
   *
   * @param bound address that the service listens on
   * @param loopback whether {@code bound} is a loopback address, which has several names
   * @param names further names, {@code host} or {@code host:port}, in lower case
   */
  public KnownHosts(String bound, boolean loopback, Set<String> names) {
    this.bound = bound.contains(":") ? "[" + bound + "]" : bound.toLowerCase(Locale.ROOT);
    this.loopback = loopback;
    this.names = Set.copyOf(names);
  }

  /**
   * True if a request is for this service.
   *
   * @param host {@code Host} of the request; null if the request has none
   * @param port local port on which the request arrived
   */
  public boolean contains(String host, int port) {
    if (host == null) {
      return false;
    }
    String given = host.toLowerCase(Locale.ROOT);
    String name = given.replaceFirst(":\\d+$", "");
    if (names.contains(given) || names.contains(name)) {
      return true;
    }
    boolean known = name.equals(bound) || (loopback && LOOPBACK.contains(name));
    return known && given.equals(port == HTTP ? name : name + ":" + port);
  }

  /**
   * True if the page that sent a request belongs to the service that the request is for.
   *
   * @param origin {@code Origin} of the request
   * @param host {@code Host} of the request
   */
  public static boolean isSame(String origin, String host) {
    try {
      URI uri = URI.create(origin);
      if (uri.getHost() == null || host == null) {
        return false;
      }
      int usual = "https".equals(uri.getScheme()) ? HTTPS : HTTP;
      int port = uri.getPort() == -1 ? usual : uri.getPort();
      String given = host.toLowerCase(Locale.ROOT);
      String expected = uri.getHost().toLowerCase(Locale.ROOT);
      return given.equals(expected + ":" + port) || (port == usual && given.equals(expected));
    } catch (IllegalArgumentException e) {
      // Values such as "null" are not the origin of this service's page.
      return false;
    }
  }
}
