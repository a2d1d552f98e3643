package deepspeech.checkpoint;

import deepspeech.objectstore.Connections;
import deepspeech.objectstore.ObjectStoreClient;
import deepspeech.objectstore.ObjectStoreClient.Request;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.Retry;
import deepspeech.objectstore.S3Failure;
import io.minio.AbortMultipartUploadArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * A bucket of an S3 server. Transient failures are retried with a back-off, a bounded number of
 * times.
 */
final class S3ObjectStore implements ObjectStore {

  /** Large enough to be fast, small enough for every server and to be held in memory twice. */
  private static final long PART_BYTES = 16L << 20;

  private static final int PARALLEL_PARTS = 2;
  private static final Connections CONNECTIONS =
      new Connections(Duration.ofSeconds(10), Duration.ofMinutes(2), 5, Duration.ofMinutes(5));

  private final CheckpointStoreConfiguration configuration;
  private final String name;
  private final ObjectStoreClient client;
  private final boolean ownsClient;
  private final Map<String, S3ObjectStore> others;

  S3ObjectStore(CheckpointStoreConfiguration configuration, Retry retry) {
    this(
        configuration,
        configuration.bucket(),
        client(configuration.server(), retry),
        true,
        configuration.others().stream()
            .collect(Collectors.toMap(OtherStore::name, S3ObjectStore::other)));
  }

  private S3ObjectStore(
      CheckpointStoreConfiguration configuration,
      String name,
      ObjectStoreClient client,
      boolean ownsClient,
      Map<String, S3ObjectStore> others) {
    this.configuration = configuration;
    this.name = name;
    this.client = client;
    this.ownsClient = ownsClient;
    this.others = others;
  }

  private static ObjectStoreClient client(ObjectStoreConfiguration server, Retry retry) {
    return new ObjectStoreClient(server, CONNECTIONS, retry, CheckpointStoreException.class);
  }

  /** The short default retry is enough for a server that only a reference names. */
  private static S3ObjectStore other(OtherStore store) {
    return new S3ObjectStore(
        new CheckpointStoreConfiguration(store.server(), store.bucket(), null),
        store.name(),
        client(store.server(), Retry.DEFAULT),
        true,
        Map.of());
  }

  @Override
  public ObjectStore bucket(String other) {
    return others.containsKey(other)
        ? others.get(other)
        : new S3ObjectStore(
            new CheckpointStoreConfiguration(configuration.server(), other, null),
            other,
            client,
            false,
            Map.of());
  }

  @Override
  public void check() {
    attempt(
        "list s3://" + configuration.bucket(),
        minio -> {
          // The response to a listing names a refused key or a missing bucket. A HEAD response has
          // no body.
          for (Result<Item> item :
              minio.listObjects(
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
    return new S3Uri(name, key).toString();
  }

  @Override
  public Optional<StoredObject> get(String key) {
    return find(
        "read " + uri(key),
        minio -> {
          try (GetObjectResponse response = open(minio, key)) {
            byte[] content = response.readAllBytes();
            return new StoredObject(content, response.headers().get("ETag"));
          }
        });
  }

  @Override
  public boolean put(String key, byte[] content, PutCondition condition) {
    String action = "write " + uri(key);
    try {
      send(
          action,
          minio ->
              minio
                  .putObject(
                      PutObjectArgs.builder()
                          .bucket(configuration.bucket())
                          .object(key)
                          .extraHeaders(condition.headers())
                          .contentType("application/json")
                          .data(content, content.length)
                          .build())
                  .join());
      return true;
    } catch (S3Failure failure) {
      if (condition.headers().isEmpty() || !isConditionFailed(failure)) {
        throw explain(action, failure);
      }
      return false;
    }
  }

  private static boolean isConditionFailed(S3Failure failure) {
    return hasCode(failure, "PreconditionFailed") || hasCode(failure, "NoSuchKey");
  }

  @Override
  public FileDigest upload(String key, CheckpointSource source) {
    return attempt(
        "write " + uri(key),
        minio -> {
          long size = local("read", source.name(), source::size);
          InputStream content = local("read", source.name(), source::open);
          try (HashingInputStream stream = new HashingInputStream(content)) {
            try {
              minio
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
    return find(
        "read " + uri(key),
        minio -> {
          try (GetObjectResponse response = open(minio, key);
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
            return stream.digest();
          }
        });
  }

  @Override
  public List<String> list(String prefix) {
    return List.copyOf(sizes(prefix).keySet());
  }

  @Override
  public Map<String, Long> sizes(String prefix) {
    return attempt(
        "list " + uri(prefix),
        minio -> {
          Map<String, Long> sizes = new TreeMap<>();
          for (Result<Item> item :
              minio.listObjects(
                  ListObjectsArgs.builder()
                      .bucket(configuration.bucket())
                      .prefix(prefix)
                      .recursive(true)
                      .build())) {
            Item object = item.get();
            sizes.put(object.objectName(), object.size());
          }
          return sizes;
        });
  }

  @Override
  public void delete(String key) {
    attempt(
        "delete " + uri(key),
        minio -> {
          minio
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
        minio ->
            minio
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
    String action = "abort an upload of " + uri(upload.key());
    try {
      send(
          action,
          minio ->
              minio
                  .abortMultipartUpload(
                      AbortMultipartUploadArgs.builder()
                          .bucket(configuration.bucket())
                          .object(upload.key())
                          .uploadId(upload.uploadId())
                          .build())
                  .join());
    } catch (S3Failure failure) {
      if (!hasCode(failure, "NoSuchUpload")) {
        throw explain(action, failure);
      }
    }
  }

  @Override
  public void close() {
    others.values().forEach(S3ObjectStore::close);
    if (ownsClient) {
      client.close();
    }
  }

  private GetObjectResponse open(MinioAsyncClient minio, String key) throws Exception {
    return minio
        .getObject(GetObjectArgs.builder().bucket(configuration.bucket()).object(key).build())
        .join();
  }

  private <T> T attempt(String action, Request<T> request) {
    try {
      return send(action, request);
    } catch (S3Failure failure) {
      throw explain(action, failure);
    }
  }

  private <T> T send(String action, Request<T> request) throws S3Failure {
    try {
      return client.send(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CheckpointStoreException("interrupted: cannot " + action, e);
    }
  }

  /** Sends a request. Empty if the server reports that the object does not exist. */
  private <T> Optional<T> find(String action, Request<T> request) {
    try {
      return Optional.of(send(action, request));
    } catch (S3Failure failure) {
      if (hasCode(failure, "NoSuchKey")) {
        return Optional.empty();
      }
      throw explain(action, failure);
    }
  }

  private static boolean hasCode(S3Failure failure, String code) {
    return failure.code().filter(code::equals).isPresent();
  }

  private CheckpointStoreException explain(String action, S3Failure failure) {
    return new CheckpointStoreException(line(action, failure), failure.getCause());
  }

  /**
   * Every request goes to the bucket of the configuration, so the line says what to change in the
   * configuration.
   */
  private String line(String action, S3Failure failure) {
    String bucket = configuration.bucket();
    if (failure.isRefusal()) {
      return "%s refuses access key %s for bucket %s: cannot %s: %s"
          .formatted(
              failure.server(),
              configuration.server().accessKey(),
              bucket,
              action,
              failure.code().orElseThrow());
    }
    if (hasCode(failure, "NoSuchBucket")) {
      return "%s has no bucket %s: create it, or name another".formatted(failure.server(), bucket);
    }
    if (failure.isForeignAnswer()) {
      return "%s does not answer as an S3 server does: cannot %s: %s%s"
          .formatted(failure.server(), action, failure.reason(), failure.tried());
    }
    return failure.line(action, bucket);
  }

  /** An operation on local files. Its failures are not retried. */
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
