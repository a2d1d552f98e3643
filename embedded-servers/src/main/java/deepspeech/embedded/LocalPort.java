package deepspeech.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** TCP ports of the loopback address, on which the embedded servers listen. */
final class LocalPort {

  /** The address in numeric form, because a name may resolve to IPv6 first. */
  static final String HOST = "127.0.0.1";

  private LocalPort() {}

  /**
   * Checks that a port is free.
   *
   * @param server name of the server for error messages
   * @param port the requested port, 0 for any free one
   * @return {@code port}, or the free port found
   * @throws EmbeddedServerException if the port is out of range or in use
   */
  static int claim(String server, int port) {
    if (port < 0 || port > 65535) {
      throw new EmbeddedServerException(
          "%s: port %d given, allowed: 1 to 65535, or 0 for any free port".formatted(server, port));
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address(), port));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "%s: cannot listen on port %d of %s: %s".formatted(server, port, HOST, e.getMessage()),
          e);
    }
  }

  /**
   * A free port other than {@code taken}. A port on which no server listens yet may be found free
   * again.
   */
  static int claimOther(String server, int taken) {
    int port = claim(server, 0);
    while (port == taken) {
      port = claim(server, 0);
    }
    return port;
  }

  private static InetAddress address() throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }
}
