package deepspeech.cli.stack;

import deepspeech.cli.CommandFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;

/** Chooses TCP ports on the loopback address; none twice, nor one that another stack has chosen. */
final class PortChoice {
  private static final int USUAL_KAFKA_PORT = 9092;
  private static final int USUAL_S3_PORT = 9000;

  private final PortLocks locks;

  /**
   * Chooses among the ports that no other stack holds.
   *
   * @param locks of what is chosen; to be held as long as the ports are used
   */
  PortChoice(PortLocks locks) {
    this.locks = locks;
  }

  int kafka(StackSettings settings) {
    return choose("--kafka-port", settings.kafkaPort(), USUAL_KAFKA_PORT);
  }

  int s3(StackSettings settings) {
    return choose("--s3-port", settings.s3Port(), USUAL_S3_PORT);
  }

  /**
   * A port to listen on.
   *
   * @param option the option that gives it, for the error
   * @param given what the option says; empty if it is not there
   * @param usual taken where nothing is given, if it is free; else any free port is
   * @throws CommandFailedException if the port given is taken
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

  /** A server on every address leaves the loopback address alone free on some systems. */
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
