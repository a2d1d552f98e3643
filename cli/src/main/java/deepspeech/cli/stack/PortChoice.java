package deepspeech.cli.stack;

import deepspeech.cli.failure.CommandFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;

/**
 * Chooses TCP ports on the loopback address. It chooses no port twice and no port that another
 * stack has chosen.
 */
final class PortChoice {
  private static final int USUAL_KAFKA_PORT = 9092;
  private static final int USUAL_S3_PORT = 9000;

  private final PortLocks locks;

  /**
   * Creates a choice among the ports that no other stack holds.
   *
   * @param locks receives the locks of the chosen ports; keep it open as long as the ports are used
   */
  PortChoice(PortLocks locks) {
    this.locks = locks;
  }

  int kafka(StackSettings settings) {
    return choose("--kafka-port", settings.ports().kafka(), USUAL_KAFKA_PORT);
  }

  int s3(StackSettings settings) {
    return choose("--s3-port", settings.ports().s3(), USUAL_S3_PORT);
  }

  /**
   * Chooses a port to listen on.
   *
   * @param option name of the option that gives the port, for the error message
   * @param given value of the option; empty if the option is not given
   * @param usual chosen if no port is given and this one is free; otherwise any free port is chosen
   * @throws CommandFailedException if the given port is taken
   */
  int choose(String option, OptionalInt given, int usual) {
    if (given.isPresent()) {
      if (!take(given.getAsInt())) {
        throw new CommandFailedException(
            "%s: port %d is taken, allowed: a free port, or no option for any free one"
                .formatted(option, given.getAsInt()));
      }
      return given.getAsInt();
    }
    return take(usual) ? usual : any();
  }

  private boolean take(int port) {
    return isFree(port) && locks.take(port);
  }

  private int any() {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (locks.take(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      } catch (IOException e) {
        throw new CommandFailedException("no free port: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Checks the wildcard address too. On some systems a server on every address leaves the loopback
   * address free.
   */
  private static boolean isFree(int port) {
    return canListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        && canListen(new InetSocketAddress(port));
  }

  private static boolean canListen(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address, 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
