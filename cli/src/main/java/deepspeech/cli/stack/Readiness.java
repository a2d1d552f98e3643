package deepspeech.cli.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Checks over HTTP whether services are ready (MicroProfile Health). */
final class Readiness {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(LIMIT).version(HttpClient.Version.HTTP_1_1).build();

  static String url(int port) {
    return "http://127.0.0.1:" + port + "/q/health/ready";
  }

  /** True if the service answers that it is ready. */
  boolean holds(String url) throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).GET().build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      // The service is not listening yet, or it is busy. It is not ready.
      return false;
    }
  }
}
