package deepspeech.testing.process;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A service that is ready at the third request. */
final class SampleService {
  private static final int REQUESTS_UNTIL_READY = 3;

  private SampleService() {}

  /**
   * Serves.
   *
   * @param arguments the port; {@code broken} to end instead
   */
  public static void main(String... arguments) throws Exception {
    if (arguments[0].equals("broken")) {
      System.out.println("cannot start");
      System.exit(2);
    }
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
            0);
    server.createContext(
        "/",
        exchange -> {
          boolean ready = requests.incrementAndGet() >= REQUESTS_UNTIL_READY;
          byte[] body = exchange.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(ready ? 200 : 503, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }
}
