package deepspeech.objectstore;

import io.minio.MinioAsyncClient;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * A client of an S3 server, based on the MinIO client. Transient failures are retried with a
 * back-off, a bounded number of times. Thread-safe.
 */
public final class ObjectStoreClient implements AutoCloseable {
  private final ObjectStoreConfiguration configuration;
  private final Retry retry;
  private final Class<? extends RuntimeException> notOfTheServer;
  private final MinioAsyncClient minio;

  /**
   * Creates a client. It connects at the first request.
   *
   * @param notOfTheServer exception type that a request throws for a failure that is not the
   *     server's; it is rethrown without a retry
   */
  public ObjectStoreClient(
      ObjectStoreConfiguration configuration,
      Connections connections,
      Retry retry,
      Class<? extends RuntimeException> notOfTheServer) {
    this.configuration = configuration;
    this.retry = retry;
    this.notOfTheServer = notOfTheServer;
    OkHttpClient http = httpClient(configuration, connections);
    this.minio =
        MinioAsyncClient.builder()
            .endpoint(configuration.endpoint().toString())
            .region(configuration.region())
            .credentialsProvider(new CredentialsProvider(configuration.credentials(), http))
            .httpClient(http, true)
            .build();
  }

  private static OkHttpClient httpClient(
      ObjectStoreConfiguration configuration, Connections connections) {
    OkHttpClient.Builder builder = new OkHttpClient.Builder();
    if (!configuration.usesTls()) {
      // Without TLS the machine's certificates are not needed, and loading them takes long.
      builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    }
    configuration.certificates().ifPresent(certificates -> certificates.addTo(builder));
    return builder
        .socketFactory(new NoDelaySocketFactory())
        .protocols(List.of(Protocol.HTTP_1_1))
        .connectTimeout(connections.connectTimeout())
        .readTimeout(connections.transferTimeout())
        .writeTimeout(connections.transferTimeout())
        .connectionPool(
            new ConnectionPool(
                connections.idle(), connections.keepAlive().toMillis(), TimeUnit.MILLISECONDS))
        .build();
  }

  /** A request to the server. */
  @FunctionalInterface
  public interface Request<T> {
    /** Sends the request and waits for the response. Called once for each attempt. */
    T send(MinioAsyncClient minio) throws Exception;
  }

  /**
   * Sends a request.
   *
   * @return its response
   * @throws S3Failure if the request fails permanently, or in every attempt
   * @throws InterruptedException if interrupted between two attempts
   */
  public <T> T send(Request<T> request) throws S3Failure, InterruptedException {
    Retry.Attempts attempts = retry.begin();
    while (true) {
      S3Failure failure;
      try {
        return request.send(minio);
      } catch (Exception e) {
        if (notOfTheServer.isInstance(e)) {
          throw notOfTheServer.cast(e);
        }
        failure = new S3Failure(configuration, e, attempts.failed());
      }
      if (!failure.isPassing() || !attempts.waitAfter(failure)) {
        throw failure;
      }
    }
  }

  @Override
  public void close() {
    minio.close();
  }
}
