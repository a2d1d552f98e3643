package deepspeech.dashboard.service;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Limits the data that the kernel buffers for a page that reads slowly. By default Linux buffers up
 * to 4 MiB for each connection. A thousand pages that read nothing fill these buffers for minutes
 * before the first page is detected as stalled.
 */
@Singleton
class SendBuffer implements HttpServerOptionsCustomizer {
  private static final int BYTES = 128 * 1024;

  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    options.setSendBufferSize(BYTES);
  }
}
