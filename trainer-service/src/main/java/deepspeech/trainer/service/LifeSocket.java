package deepspeech.trainer.service;

import deepspeech.messages.InvalidMessageException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that accepts connections, and closes them at once, as long as this trainer may have runs.
 * Other trainers see that this one has died when the port refuses them. The port of the health
 * checks would not do: it is closed before the last checkpoint is committed.
 */
final class LifeSocket implements Supplier<String>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LifeSocket.class);

  private static final int BACKLOG = 50;

  private final ServerSocket socket;
  private final String host;
  private final Thread thread = new Thread(this::accept, "life-socket");

  private LifeSocket(ServerSocket socket, String host) {
    this.socket = socket;
    this.host = host;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Listens.
   *
   * @param host the name or address to listen on; may be {@code 0.0.0.0} for all
   * @param port the port; 0 for any
   * @throws InvalidMessageException if the port is taken
   */
  static LifeSocket open(String host, int port) {
    try {
      InetAddress address = InetAddress.getByName(host);
      ServerSocket socket = new ServerSocket(port, BACKLOG, address);
      return new LifeSocket(
          socket, (address.isAnyLocalAddress() ? reachable() : address).getHostAddress());
    } catch (IOException e) {
      throw taken(host, port, e);
    }
  }

  /**
   * Checks before the service starts that a port can be opened.
   *
   * @param port the port; 0 for any
   * @throws InvalidMessageException if the port is taken
   */
  static void requireFree(int port) {
    // Without a thread that accepts, the port is free again at once.
    try (ServerSocket socket = new ServerSocket(port)) {
      LOG.debug("port {} is free", socket.getLocalPort());
    } catch (IOException e) {
      throw taken("this machine", port, e);
    }
  }

  private static InvalidMessageException taken(String host, int port, IOException failure) {
    return new InvalidMessageException(
        "DEEPSPEECH_TRAINER_PORT: %d given, which cannot be opened on %s: %s; allowed: a free port, or 0 for any"
            .formatted(port, host, failure.getMessage()),
        failure);
  }

  /** Returns an address under which other machines see this one; the loopback one if alone. */
  private static InetAddress reachable() throws IOException {
    return NetworkInterface.networkInterfaces()
        .filter(LifeSocket::isUp)
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLinkLocalAddress())
        .findFirst()
        .orElseGet(InetAddress::getLoopbackAddress);
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp() && !network.isLoopback();
    } catch (IOException e) {
      return false;
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        socket.accept().close();
      } catch (IOException e) {
        LOG.debug("a connection was not accepted", e);
      }
    }
  }

  /** Returns address and port, such as {@code 10.0.0.7:41234}. */
  @Override
  public String get() {
    return host + ":" + socket.getLocalPort();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("the port was not closed", e);
    }
  }
}
