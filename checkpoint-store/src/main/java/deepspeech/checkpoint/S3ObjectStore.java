package deepspeech.checkpoint;

import io.minio.AbortMultipartUploadArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.Http;
import io.minio.ListMultipartUploadsArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioAsyncClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.messages.Item;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * A bucket of an S3 server, through the MinIO client. Transient faults are tried again, with a
 * back-off, a bounded number of times.
 */
final class S3ObjectStore implements ObjectStore {

  /** Large enough to be fast, small enough to be held in memory twice and for every server. */
  private static final long PART_BYTES = 16L << 20;

  private static final int PARALLEL_PARTS = 2;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration TRANSFER_TIMEOUT = Duration.ofMinutes(2);

  private final CheckpointStoreConfiguration configuration;
  private final Retry retry;
  private final S3Failure failures;
  private final MinioAsyncClient client;

  S3ObjectStore(CheckpointStoreConfiguration configuration, Retry retry) {
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
        .readTimeout(TRANSFER_TIMEOUT)
        .writeTimeout(TRANSFER_TIMEOUT)
        // The client's own retry of error statuses would multiply with the one here.
        .interceptors()
        .removeIf(Http.StatusRetryInterceptor.class::isInstance);
    return builder.build();
  }

  @Override
  public void check() {
    attempt(
        "list s3://" + configuration.bucket(),
        () -> {
          // A listing names a refused key and a missing bucket in its answer; a HEAD has no body.
          for (Result<Item> item :
              client.listObjects(
                  ListObjectsArgs.builder()
                      .bucket(configuration.bucket())
                      .prefix(configuration.prefix())
                      .maxKeys(1)
                      .build())) {
            item.get();
            break;
          }
          return true;
        });
  }

  @Override
  public String uri(String key) {
    return new S3Uri(configuration.bucket(), key).toString();
  }

  @Override
  public Optional<StoredObject> get(String key) {
    return attempt(
        "read " + uri(key),
        () -> {
          try (GetObjectResponse response = open(key)) {
            byte[] content = response.readAllBytes();
            return Optional.of(new StoredObject(content, response.headers().get("ETag")));
          } catch (CompletionException e) {
            return emptyIfMissing(e);
          }
        });
  }

  @Override
  public boolean put(String key, byte[] content, PutCondition condition) {
    return attempt(
        "write " + uri(key),
        () -> {
          try {
            client
                .putObject(
                    PutObjectArgs.builder()
                        .bucket(configuration.bucket())
                        .object(key)
                        .extraHeaders(condition.headers())
                        .contentType("application/json")
                        .data(content, content.length)
                        .build())
                .join();
            return true;
          } catch (CompletionException e) {
            if (condition.headers().isEmpty()
                || !S3Failure.isConditionFailed(S3Failure.unwrap(e))) {
              throw e;
            }
            return false;
          }
        });
  }

  @Override
  public FileDigest upload(String key, CheckpointSource source) {
    return attempt(
        "write " + uri(key),
        () -> {
          long size = local("read", source.name(), source::size);
          InputStream content = local("read", source.name(), source::open);
          try (HashingInputStream stream = new HashingInputStream(content)) {
            try {
              client
                  .putObject(
                      PutObjectArgs.builder()
                          .bucket(configuration.bucket())
                          .object(key)
                          .parallelUploads(PARALLEL_PARTS)
                          .stream(stream, size, PART_BYTES)
                          .build())
                  .join();
            } catch (CompletionException e) {
              if (stream.failure().isPresent()) {
                throw localFailure("read", source.name(), stream.failure().get());
              }
              throw e;
            }
            FileDigest digest = stream.digest();
            if (digest.size() != size || local("read", source.name(), source::size) != size) {
              throw new CheckpointStoreException(
                  "%s changed its size while it was written to %s"
                      .formatted(source.name(), uri(key)));
            }
            return digest;
          }
        });
  }

  @Override
  public Optional<FileDigest> download(String key, Path target) {
    return attempt(
        "read " + uri(key),
        () -> {
          try (GetObjectResponse response = open(key);
              HashingInputStream stream = new HashingInputStream(response);
              OutputStream output =
                  local("write", target.toString(), () -> Files.newOutputStream(target))) {
            byte[] buffer = new byte[1 << 16];
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
              int length = count;
              local(
                  "write",
                  target.toString(),
                  () -> {
                    output.write(buffer, 0, length);
                    return length;
                  });
            }
            return Optional.of(stream.digest());
          } catch (CompletionException e) {
            return emptyIfMissing(e);
          }
        });
  }

  @Override
  public List<String> list(String prefix) {
    return attempt(
        "list " + uri(prefix),
        () -> {
          List<String> keys = new ArrayList<>();
          for (Result<Item> item :
              client.listObjects(
                  ListObjectsArgs.builder()
                      .bucket(configuration.bucket())
                      .prefix(prefix)
                      .recursive(true)
                      .build())) {
            keys.add(item.get().objectName());
          }
          keys.sort(null);
          return List.copyOf(keys);
        });
  }

  @Override
  public void delete(String key) {
    attempt(
        "delete " + uri(key),
        () -> {
          client
              .removeObject(
                  RemoveObjectArgs.builder().bucket(configuration.bucket()).object(key).build())
              .join();
          return true;
        });
  }

  @Override
  public List<UnfinishedUpload> unfinishedUploads(String prefix) {
    return attempt(
        "list unfinished uploads of " + uri(prefix),
        () ->
            client
                .listMultipartUploads(
                    ListMultipartUploadsArgs.builder()
                        .bucket(configuration.bucket())
                        .prefix(prefix)
                        .build())
                .join()
                .result()
                .uploads()
                .stream()
                .map(upload -> new UnfinishedUpload(upload.objectName(), upload.uploadId()))
                .toList());
  }

  @Override
  public void abort(UnfinishedUpload upload) {
    attempt(
        "abort an upload of " + uri(upload.key()),
        () -> {
          try {
            client
                .abortMultipartUpload(
                    AbortMultipartUploadArgs.builder()
                        .bucket(configuration.bucket())
                        .object(upload.key())
                        .uploadId(upload.uploadId())
                        .build())
                .join();
          } catch (CompletionException e) {
            if (!S3Failure.isMissingUpload(S3Failure.unwrap(e))) {
              throw e;
            }
          }
          return true;
        });
  }

  @Override
  public void close() {
    client.close();
  }

  private GetObjectResponse open(String key) throws Exception {
    return client
        .getObject(GetObjectArgs.builder().bucket(configuration.bucket()).object(key).build())
        .join();
  }

  private static <T> Optional<T> emptyIfMissing(CompletionException e) {
    if (S3Failure.isMissingKey(S3Failure.unwrap(e))) {
      return Optional.empty();
    }
    throw e;
  }

  /** An operation on the server. */
  @FunctionalInterface
  private interface Operation<T> {
    T run() throws Exception;
  }

  private <T> T attempt(String action, Operation<T> operation) {
    for (int attempt = 1; ; attempt++) {
      try {
        return operation.run();
      } catch (CheckpointStoreException notOfTheServer) {
        throw notOfTheServer;
      } catch (Exception e) {
        Throwable failure = S3Failure.unwrap(e);
        if (attempt >= retry.attempts() || !S3Failure.isTransient(failure)) {
          throw failures.explain(action, failure, attempt);
        }
        rest(action, attempt);
      }
    }
  }

  private void rest(String action, int attempt) {
    try {
      retry.rest(attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CheckpointStoreException("interrupted: cannot " + action, e);
    }
  }

  /** An operation on this machine's files; no trying again helps where it fails. */
  @FunctionalInterface
  private interface LocalOperation<T> {
    T run() throws IOException;
  }

  private static <T> T local(String action, String file, LocalOperation<T> operation) {
    try {
      return operation.run();
    } catch (IOException e) {
      throw localFailure(action, file, e);
    }
  }

  private static CheckpointStoreException localFailure(
      String action, String file, IOException failure) {
    return new CheckpointStoreException(
        "cannot %s %s: %s: %s"
            .formatted(action, file, failure.getClass().getSimpleName(), failure.getMessage()),
        failure);
  }
}
