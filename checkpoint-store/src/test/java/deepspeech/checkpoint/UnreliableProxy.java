package deepspeech.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes TCP connections on to a server, but cuts the first few off in the middle of an answer. */
final class UnreliableProxy implements AutoCloseable {

  private final URI server;
  private final ServerSocket listener;
  private final AtomicInteger cutsLeft;
  private final int bytesBeforeCut;
  private final List<Socket> sockets = new ArrayList<>();

  /**
   * @param cuts how many connections are cut off
   * @param bytesBeforeCut how many bytes of answers they pass on before
   */
  UnreliableProxy(URI server, int cuts, int bytesBeforeCut) throws IOException {
    this.server = server;
    this.cutsLeft = new AtomicInteger(cuts);
    this.bytesBeforeCut = bytesBeforeCut;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  int cutsLeft() {
    return Math.max(0, cutsLeft.get());
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket upstream;
        try {
          upstream = new Socket(server.getHost(), server.getPort());
        } catch (IOException unreachable) {
          client.close();
          continue;
        }
        synchronized (sockets) {
          sockets.add(client);
          sockets.add(upstream);
        }
        long answerLimit = cutsLeft.getAndDecrement() > 0 ? bytesBeforeCut : Long.MAX_VALUE;
        start(() -> pass(client, upstream, Long.MAX_VALUE));
        start(() -> pass(upstream, client, answerLimit));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void pass(Socket from, Socket to, long limit) {
    try (from;
        to) {
      InputStream input = from.getInputStream();
      OutputStream output = to.getOutputStream();
      byte[] buffer = new byte[8192];
      long left = limit;
      while (left > 0) {
        int count = input.read(buffer);
        if (count < 0) {
          return;
        }
        output.write(buffer, 0, (int) Math.min(left, count));
        output.flush();
        left -= count;
      }
    } catch (IOException closed) {
      // One side has closed; the other follows.
    }
  }

  private static void start(Runnable runnable) {
    Thread thread = new Thread(runnable, "unreliable-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
      synchronized (sockets) {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
