package deepspeech.testing.server;

import deepspeech.messages.store.S3Right;
import deepspeech.messages.store.S3Right.Action;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;

/** What each user of a {@link SecuredStore} may do, and what was denied. Thread-safe. */
final class StoreGrants {
  private final Map<String, List<Grant>> grants = new ConcurrentHashMap<>();
  private final Set<String> denied = new ConcurrentSkipListSet<>();

  /** A right in a bucket, to keys that begin with a prefix. */
  private record Grant(String bucket, String prefix, S3Right right) {
    boolean allows(Action action, String place, String key) {
      return right.action() == action
          && bucket.equals(place)
          && (action == Action.LIST_BUCKET_MULTIPART_UPLOADS
              || (key.startsWith(prefix) && right.covers(key.substring(prefix.length()))));
    }
  }

  void add(String user, String bucket, String prefix, Collection<S3Right> rights) {
    List<Grant> ofUser = grants.computeIfAbsent(user, first -> new CopyOnWriteArrayList<>());
    rights.forEach(right -> ofUser.add(new Grant(bucket, prefix, right)));
  }

  /** Takes all rights from a user. */
  void clear(String user) {
    grants.remove(user);
  }

  boolean allows(String user, Action action, String bucket, String key) {
    return grants.getOrDefault(user, List.of()).stream()
        .anyMatch(grant -> grant.allows(action, bucket, key));
  }

  /**
   * Requires a right.
   *
   * @param key of an object, the prefix of a listing, or empty
   */
  void require(String user, Action action, String bucket, String key) {
    if (!allows(user, action, bucket, key)) {
      throw denied(user, action.policyName(), "s3://" + bucket + "/" + key);
    }
  }

  /** Remembers a denial, and returns the error for the client. */
  S3ProxyException denied(String user, String action, String resource) {
    denied.add("%s: %s on %s".formatted(user, action, resource));
    // The text of MinIO; that of AWS names the action.
    return new S3ProxyException(S3ErrorCode.ACCESS_DENIED, "Access Denied.");
  }

  /** What was denied so far: {@code user: action on resource}. */
  Set<String> denied() {
    return new TreeSet<>(denied);
  }
}
