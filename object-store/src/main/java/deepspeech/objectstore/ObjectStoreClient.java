package deepspeech.objectstore;

import io.minio.Http;
import io.minio.MinioAsyncClient;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * An S3 server, through the MinIO client. Passing failures are tried again, with a back-off, a
 * bounded number of times. Thread-safe.
 */
public final class ObjectStoreClient implements AutoCloseable {
  private final ObjectStoreConfiguration configuration;
  private final Retry retry;
  private final Class<? extends RuntimeException> notOfTheServer;
  private final MinioAsyncClient minio;

  /**
   * Makes a client; connects at the first request.
   *
   * @param notOfTheServer what a request throws where it is not the server that failed; passed on
   *     as it is
   */
  public ObjectStoreClient(
      ObjectStoreConfiguration configuration,
      Connections connections,
      Retry retry,
      Class<? extends RuntimeException> notOfTheServer) {
    this.configuration = configuration;
    this.retry = retry;
    this.notOfTheServer = notOfTheServer;
    this.minio =
        MinioAsyncClient.builder()
            .endpoint(configuration.endpoint().toString())
            .region(configuration.region())
            .credentials(configuration.accessKey(), configuration.secretKey())
            .httpClient(httpClient(configuration, connections), true)
            .build();
  }

  private static OkHttpClient httpClient(
      ObjectStoreConfiguration configuration, Connections connections) {
    OkHttpClient.Builder builder =
        configuration.endpoint().getScheme().equals("https")
            ? Http.newDefaultClient().newBuilder()
            // Without TLS there is no need to load the machine's certificates, which takes long.
            : new OkHttpClient.Builder().connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    builder
        .protocols(List.of(Protocol.HTTP_1_1))
        .connectTimeout(connections.connectTimeout())
        .readTimeout(connections.transferTimeout())
        .writeTimeout(connections.transferTimeout())
        .connectionPool(
            new ConnectionPool(
                connections.idle(), connections.keepAlive().toMillis(), TimeUnit.MILLISECONDS))
        // The client's own retry of error statuses would multiply with the one here.
        .interceptors()
        .removeIf(Http.StatusRetryInterceptor.class::isInstance);
    return builder.build();
  }

  /** A request to the server. */
  @FunctionalInterface
  public interface Request<T> {
    /** Sends it and waits for the answer; called once for each attempt. */
    T send(MinioAsyncClient minio) throws Exception;
  }

  /**
   * Sends a request.
   *
   * @return its answer
   * @throws S3Failure if it fails for good, or in each attempt
   * @throws InterruptedException while it rests between two attempts
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
      if (!failure.isPassing() || !attempts.restFor(failure)) {
        throw failure;
      }
    }
  }

  @Override
  public void close() {
    minio.close();
  }
}
