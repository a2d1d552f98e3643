package deepspeech.dataprep.storage;

import deepspeech.dataprep.storage.Location.StoredObject;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.Http;
import io.minio.MinioAsyncClient;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * An S3 server, through the MinIO client. Transient faults are tried again, with a back-off, a
 * bounded number of times.
 */
final class S3Source implements ObjectSource {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
  private static final int IDLE_CONNECTIONS = 32;

  private final ObjectStoreConfiguration configuration;
  private final Retry retry;
  private final S3Failure failures;
  private final MinioAsyncClient client;

  S3Source(ObjectStoreConfiguration configuration, Retry retry) {
    this.configuration = configuration;
    this.retry = retry;
    this.failures = new S3Failure(configuration);
    this.client =
        MinioAsyncClient.builder()
            .endpoint(configuration.endpoint().toString())
            .region(configuration.region())
            .credentials(configuration.accessKey(), configuration.secretKey())
            .httpClient(httpClient(), true)
            .build();
  }

  private OkHttpClient httpClient() {
    OkHttpClient.Builder builder =
        configuration.endpoint().getScheme().equals("https")
            ? Http.newDefaultClient().newBuilder()
            // Without TLS there is no need to load the machine's certificates, which takes long.
            : new OkHttpClient.Builder().connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    builder
        .protocols(List.of(Protocol.HTTP_1_1))
        .connectTimeout(CONNECT_TIMEOUT)
        .readTimeout(READ_TIMEOUT)
        .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 1, TimeUnit.MINUTES))
        // The client's own retry of error statuses would multiply with the one here.
        .interceptors()
        .removeIf(Http.StatusRetryInterceptor.class::isInstance);
    return builder.build();
  }

  @Override
  public ObjectVersion version(StoredObject object) throws UnreadableFileException {
    return attempt(
        object,
        () -> {
          StatObjectResponse response =
              client
                  .statObject(
                      StatObjectArgs.builder().bucket(object.bucket()).object(object.key()).build())
                  .join();
          return new ObjectVersion(response.etag(), response.size());
        });
  }

  @Override
  public ObjectVersion download(StoredObject object, Path target, long most)
      throws UnreadableFileException {
    return attempt(
        object,
        () -> {
          try (GetObjectResponse response =
              client
                  .getObject(
                      GetObjectArgs.builder().bucket(object.bucket()).object(object.key()).build())
                  .join()) {
            long size = Long.parseLong(response.headers().get("Content-Length"));
            if (size > most) {
              throw UnreadableFileException.tooLarge(size, most);
            }
            String entityTag = String.valueOf(response.headers().get("ETag")).replace("\"", "");
            copy(response, target, size);
            return new ObjectVersion(entityTag, size);
          }
        });
  }

  private static void copy(GetObjectResponse response, Path target, long size) throws IOException {
    try (OutputStream output = created(target)) {
      byte[] buffer = new byte[1 << 16];
      long copied = 0;
      for (int count = response.read(buffer); count >= 0; count = response.read(buffer)) {
        write(output, buffer, count, target);
        copied += count;
      }
      if (copied != size) {
        throw new EOFException("%d bytes came of %d".formatted(copied, size));
      }
    }
  }

  private static OutputStream created(Path target) {
    try {
      return Files.newOutputStream(target);
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  private static void write(OutputStream output, byte[] buffer, int count, Path target) {
    try {
      output.write(buffer, 0, count);
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  private static StorageException unwritable(Path target, IOException e) {
    return new StorageException(
        "data cache: cannot write %s: %s".formatted(target, e.getMessage()), true, e);
  }

  @Override
  public void close() {
    client.close();
  }

  /** A request to the server. */
  @FunctionalInterface
  private interface Operation<T> {
    T run() throws Exception;
  }

  private <T> T attempt(StoredObject object, Operation<T> operation)
      throws UnreadableFileException {
    for (int attempt = 1; ; attempt++) {
      try {
        return operation.run();
      } catch (UnreadableFileException | StorageException notOfTheServer) {
        throw notOfTheServer;
      } catch (Exception e) {
        Throwable failure = S3Failure.unwrap(e);
        if (S3Failure.isMissing(failure)) {
          throw S3Failure.missing(failure);
        }
        if (attempt >= retry.attempts() || !S3Failure.isTransient(failure)) {
          throw failures.explain(object, failure, attempt);
        }
        rest(object, attempt);
      }
    }
  }

  private void rest(StoredObject object, int attempt) {
    try {
      retry.rest(attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("interrupted: cannot read " + object, true, e);
    }
  }
}
