package deepspeech.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;

/**
 * A port before a JDK's HTTP server that answers a TLS greeting with an error, as servers in Go do.
 * The JDK's own server waits for more of it until the client gives up.
 */
final class PlainHttpFront implements AutoCloseable {
  private static final int TLS_HANDSHAKE = 22;
  private static final String REFUSAL =
      "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTPS request to an HTTP server.\n";

  private final ServerSocket front;
  private final int server;
  private final ExecutorService threads;

  /**
   * Opens a port.
   *
   * @param server port of the HTTP server
   */
  PlainHttpFront(int server, ExecutorService threads) throws IOException {
    this.front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.server = server;
    this.threads = threads;
    threads.execute(this::accept);
  }

  int port() {
    return front.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = front.accept();
        threads.execute(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket client) {
    try (client) {
      int first = client.getInputStream().read();
      if (first == TLS_HANDSHAKE) {
        client.getOutputStream().write(REFUSAL.getBytes(StandardCharsets.US_ASCII));
      } else if (first >= 0) {
        try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
          behind.getOutputStream().write(first);
          threads.execute(() -> copy(client, behind));
          copy(behind, client);
        }
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      // The other direction ends too.
    }
  }

  @Override
  public void close() throws IOException {
    front.close();
  }
}
