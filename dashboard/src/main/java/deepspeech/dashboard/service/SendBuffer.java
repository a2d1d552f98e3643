package deepspeech.dashboard.service;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Bounds what the kernel keeps for a page that reads slowly. Left to itself Linux gives a
 * connection up to 4 MiB, which a thousand pages that read nothing fill for minutes before one is
 * seen to be stalled.
 */
@Singleton
class SendBuffer implements HttpServerOptionsCustomizer {
  private static final int BYTES = 128 * 1024;

  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    options.setSendBufferSize(BYTES);
  }
}
