package deepspeech.checkpoint;

import deepspeech.messages.store.S3Right.Action;
import deepspeech.objectstore.Connections;
import deepspeech.objectstore.ObjectStoreClient;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.objectstore.Retry;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A bucket of an S3 server. Transient failures are retried with a back-off, a bounded number of
 * times.
 */
final class S3ObjectStore implements ObjectStore {

  private static final Connections CONNECTIONS =
      new Connections(Duration.ofSeconds(10), Duration.ofMinutes(2), 5, Duration.ofMinutes(5));

  /** Far more than any document has. Of a larger object the beginning is read, which is garbage. */
  private static final int MOST_DOCUMENT_BYTES = 1 << 24;

  static final Set<String> MISSING = Set.of("NoSuchKey");

  /** The answers to a conditional write whose condition does not hold. */
  private static final Set<String> CONDITION_FAILED = Set.of("PreconditionFailed", "NoSuchKey");

  private final CheckpointStoreConfiguration configuration;
  private final String name;
  private final ObjectStoreClient client;
  private final boolean ownsClient;
  private final S3Requests requests;
  private final S3FileTransfer files;
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
    this.requests = new S3Requests(client, configuration);
    this.files = new S3FileTransfer(requests, configuration.bucket());
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
    // Nothing else may be listed, see S3Rights.
    String runs = StoreLayout.under(configuration.prefix()).runs();
    requests.send(
        Action.LIST_BUCKET,
        "list " + uri(runs),
        minio -> {
          // The response to a listing names a refused key or a missing bucket. A HEAD response has
          // no body.
          for (Result<Item> item :
              minio.listObjects(
                  ListObjectsArgs.builder()
                      .bucket(configuration.bucket())
                      .prefix(runs)
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
  public Optional<VersionedObject> get(String key) {
    return requests.sendUnless(
        MISSING,
        Action.GET_OBJECT,
        "read " + uri(key),
        minio -> {
          try (GetObjectResponse response = open(minio, key)) {
            byte[] content = response.readNBytes(MOST_DOCUMENT_BYTES);
            return new VersionedObject(content, response.headers().get("ETag"));
          }
        });
  }

  @Override
  public boolean put(String key, byte[] content, PutCondition condition) {
    Set<String> refusals = condition.headers().isEmpty() ? Set.of() : CONDITION_FAILED;
    return requests
        .sendUnless(
            refusals,
            Action.PUT_OBJECT,
            "write " + uri(key),
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
                    .join())
        .isPresent();
  }

  @Override
  public FileDigest upload(String key, CheckpointSource source) {
    return files.upload(key, uri(key), source);
  }

  @Override
  public Optional<FileDigest> download(String key, Path target) {
    return files.download(key, uri(key), target);
  }

  @Override
  public List<String> list(String prefix) {
    return List.copyOf(sizes(prefix).keySet());
  }

  @Override
  public Map<String, Long> sizes(String prefix) {
    return requests.send(
        Action.LIST_BUCKET,
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
    requests.send(
        Action.DELETE_OBJECT,
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
    return requests.send(
        Action.LIST_BUCKET_MULTIPART_UPLOADS,
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
    // The result is empty if the upload has ended meanwhile.
    var unused =
        requests.sendUnless(
            Set.of("NoSuchUpload"),
            Action.ABORT_MULTIPART_UPLOAD,
            "abort an upload of " + uri(upload.key()),
            minio -> {
              minio
                  .abortMultipartUpload(
                      AbortMultipartUploadArgs.builder()
                          .bucket(configuration.bucket())
                          .object(upload.key())
                          .uploadId(upload.uploadId())
                          .build())
                  .join();
              return true;
            });
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
}
