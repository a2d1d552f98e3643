package deepspeech.testing.server;

import deepspeech.embedded.EmbeddedS3;
import deepspeech.embedded.ServerKey;
import deepspeech.messages.store.S3Right;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.gaul.s3proxy.AccessGrant;
import org.gaul.s3proxy.blobstore.BlobStore;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * An embedded S3 server with several key pairs that checks rights. {@link #ADMIN} has all rights;
 * other users have those that a test grants. The access key of a user is its name, and the secret
 * key its name with {@code -secret} appended. A request without the right gets S3's error {@code
 * AccessDenied}.
 */
public final class SecuredStore implements AutoCloseable {
  /** The user who has all rights. */
  public static final String ADMIN = "admin";

  private final EmbeddedS3 server;
  private final AtomicReference<BlobStore> objects = new AtomicReference<>();
  private final Set<String> users = ConcurrentHashMap.newKeySet();
  private final StoreGrants grants = new StoreGrants();

  private SecuredStore(EmbeddedS3 server) {
    this.server = server;
  }

  /**
   * Starts a server on a free port.
   *
   * @param folder of its data
   * @param key of the server; empty for HTTP without TLS
   */
  public static SecuredStore start(Path folder, Optional<ServerKey> key, String... buckets) {
    EmbeddedS3 server = EmbeddedS3.start(folder, 0, ADMIN, secretKey(ADMIN), key);
    SecuredStore secured = new SecuredStore(server);
    for (String bucket : buckets) {
      server.createBucket(bucket);
    }
    server.admit(
        store -> {
          secured.objects.set(store);
          return (user, bucket, object) -> secured.view(store, user);
        });
    return secured;
  }

  /** What a user has of the store; null for an unknown user. */
  private AccessGrant view(BlobStore store, String user) {
    if (ADMIN.equals(user)) {
      return new AccessGrant(secretKey(user), store);
    }
    return user != null && users.contains(user)
        ? new AccessGrant(secretKey(user), new GrantedBlobStore(store, user, grants))
        : null;
  }

  /** The endpoint for clients. */
  public URI endpoint() {
    return server.endpoint();
  }

  /** The secret key of a user. */
  public static String secretKey(String user) {
    return user + "-secret";
  }

  /**
   * Gives rights to a user, beside those that it has.
   *
   * @param prefix of the keys to which patterns are relative, such as {@code team/}; empty for none
   */
  public void grant(String user, String bucket, String prefix, Collection<S3Right> rights) {
    users.add(user);
    grants.add(user, bucket, prefix, rights);
  }

  /** Takes all rights from a user, whose key pair remains valid. */
  public void revoke(String user) {
    grants.clear(user);
  }

  /** Writes an object. */
  public void put(String bucket, String key, byte[] content) {
    var unused =
        objects
            .get()
            .putBlob(
                PutObjectRequest.builder()
                    .bucket(bucket)
                    .key(key)
                    .contentLength((long) content.length)
                    .build(),
                new ByteArrayInputStream(content));
  }

  /** What was denied so far, each as {@code user: action on resource}. */
  public Set<String> denied() {
    return grants.denied();
  }

  @Override
  public void close() {
    server.close();
  }
}
