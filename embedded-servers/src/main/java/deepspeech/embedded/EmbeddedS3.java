package deepspeech.embedded;

import java.io.IOException;
import java.lang.ref.Reference;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Optional;
import java.util.function.Function;
import org.gaul.s3proxy.BlobStoreLocator;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 server (s3proxy) inside this JVM that stores each object as a file.
 *
 * <p>It listens on the loopback address only, requires signature version 4, and supports
 * conditional puts ({@code If-None-Match: *} and {@code If-Match}). A single put or part must stay
 * below 64 MiB, because it is held in memory to check its signature. Buckets and objects stay in
 * the data directory and exist again after a restart. The server's threads keep the JVM alive until
 * {@link #close()}.
 */
public final class EmbeddedS3 implements AutoCloseable {

  /** The default access key. The server is reachable from this machine only. */
  public static final String DEFAULT_ACCESS_KEY = "deepspeech";

  /** The default secret key. The server is reachable from this machine only. */
  public static final String DEFAULT_SECRET_KEY = "deepspeech-local";

  private static final String SERVER = "S3 server";
  private static final int MAX_PART_BYTES = 64 << 20;

  private final DataDirectory dataDirectory;
  private final BlobStore blobStore;
  private final S3Proxy proxy;
  private final URI endpoint;
  private final String accessKey;
  private final String secretKey;
  private final QuietLogging logging;
  private boolean closed;

  private EmbeddedS3(
      DataDirectory dataDirectory,
      BlobStore blobStore,
      S3Proxy proxy,
      URI endpoint,
      String accessKey,
      String secretKey,
      QuietLogging logging) {
    this.dataDirectory = dataDirectory;
    this.blobStore = blobStore;
    this.proxy = proxy;
    this.endpoint = endpoint;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    this.logging = logging;
  }

  /**
   * Starts a server with the default keys.
   *
   * @param dataDirectory directory of buckets and objects; created if it is missing
   * @param port the port to listen on, 0 for any free one
   * @throws EmbeddedServerException if the port is in use, or the directory cannot be written to or
   *     is in use; the message is one line
   */
  public static EmbeddedS3 start(Path dataDirectory, int port) {
    return start(dataDirectory, port, DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY);
  }

  /**
   * Starts a server.
   *
   * @param dataDirectory directory of buckets and objects; created if it is missing
   * @param port the port to listen on, 0 for any free one
   * @param accessKey the access key that clients present
   * @param secretKey the secret key with which clients sign
   * @throws EmbeddedServerException if the port is in use, or the directory cannot be written to or
   *     is in use; the message is one line
   */
  public static EmbeddedS3 start(Path dataDirectory, int port, String accessKey, String secretKey) {
    return start(dataDirectory, port, accessKey, secretKey, Optional.empty());
  }

  /**
   * Starts a server, with TLS if it gets a key.
   *
   * @param dataDirectory directory of buckets and objects; created if it is missing
   * @param port the port to listen on, 0 for any free one
   * @param accessKey the access key that clients present
   * @param secretKey the secret key with which clients sign
   * @param serverKey the key and certificate of the server; empty for HTTP without TLS
   * @throws EmbeddedServerException if the port is in use, or the directory cannot be written to or
   *     is in use; the message is one line
   */
  public static EmbeddedS3 start(
      Path dataDirectory,
      int port,
      String accessKey,
      String secretKey,
      Optional<ServerKey> serverKey) {
    DataDirectory directory = DataDirectory.open(SERVER, dataDirectory);
    QuietLogging logging = QuietLogging.ofS3();
    try {
      int claimed = LocalPort.claim(SERVER, port);
      Path buckets = directory.subdirectory("buckets");
      requireExtendedAttributes(buckets);
      BlobStore blobStore =
          new ConditionalPutBlobStore(new FilesystemNio2BlobStore(buckets.toString()));
      S3Proxy.Builder builder =
          S3Proxy.builder()
              .blobStore(blobStore)
              .awsAuthentication(AuthenticationType.AWS_V4, accessKey, secretKey)
              .v4MaxNonChunkedRequestSize(MAX_PART_BYTES)
              .jettyMaxThreads(32)
              .stopTimeout(0);
      URI endpoint = endpoint(claimed, serverKey.isPresent());
      serverKey.ifPresentOrElse(
          key ->
              builder.secureEndpoint(endpoint).keyStore(key.keyStore().toString(), key.password()),
          () -> builder.endpoint(endpoint));
      S3Proxy proxy = builder.build();
      try {
        proxy.start();
      } catch (Exception e) {
        throw new EmbeddedServerException(
            "%s: did not start on port %d: %s".formatted(SERVER, claimed, e.getMessage()), e);
      }
      return new EmbeddedS3(directory, blobStore, proxy, endpoint, accessKey, secretKey, logging);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static URI endpoint(int port, boolean tls) {
    return URI.create((tls ? "https://" : "http://") + LocalPort.HOST + ":" + port);
  }

  /** The endpoint for clients: {@code http://127.0.0.1:PORT}, or {@code https:} with TLS. */
  public URI endpoint() {
    return endpoint;
  }

  /** The port to which clients connect. */
  public int port() {
    return endpoint.getPort();
  }

  /** The access key that clients present. */
  public String accessKey() {
    return accessKey;
  }

  /** The secret key with which clients sign. */
  public String secretKey() {
    return secretKey;
  }

  /** Creates a bucket if it does not exist. */
  public void createBucket(String bucket) {
    if (!blobStore.containerExists(bucket)) {
      var unused = blobStore.createContainer(bucket);
    }
  }

  /**
   * Replaces the key pair by others, for tests of rights.
   *
   * @param keys gives, for the store, what finds the secret key of an access key and the view of
   *     the store that its owner has
   */
  public void admit(Function<BlobStore, BlobStoreLocator> keys) {
    proxy.setBlobStoreLocator(keys.apply(blobStore));
  }

  /**
   * Stops the server. Buckets and objects stay in the data directory. A second call has no effect.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new EmbeddedServerException(
          "%s: did not stop: %s".formatted(SERVER, e.getMessage()), e);
    } finally {
      blobStore.close();
      dataDirectory.close();
      Reference.reachabilityFence(logging);
    }
  }

  /**
   * Requires extended attributes, which hold the entity tags. Conditional puts need the entity
   * tags.
   */
  private static void requireExtendedAttributes(Path directory) {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(directory, UserDefinedFileAttributeView.class);
    try {
      if (view != null) {
        view.write("deepspeech.writable", ByteBuffer.wrap(new byte[] {1}));
        return;
      }
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "%s: the file system of data directory %s does not support extended attributes: %s"
              .formatted(SERVER, directory, e.getMessage()),
          e);
    }
    throw new EmbeddedServerException(
        "%s: the file system of data directory %s does not support extended attributes"
            .formatted(SERVER, directory));
  }
}
