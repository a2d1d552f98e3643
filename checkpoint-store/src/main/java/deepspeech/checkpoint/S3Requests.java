package deepspeech.checkpoint;

import deepspeech.messages.store.S3Right;
import deepspeech.objectstore.ObjectStoreClient;
import deepspeech.objectstore.ObjectStoreClient.Request;
import deepspeech.objectstore.S3Failure;
import java.util.Optional;
import java.util.Set;

/**
 * Sends requests to one bucket and turns failures into a {@link CheckpointStoreException} with one
 * line for the user. An action is what a request does, such as {@code read s3://bucket/key}, and a
 * right is what the request needs.
 */
final class S3Requests {
  private final ObjectStoreClient client;
  private final CheckpointStoreConfiguration configuration;

  S3Requests(ObjectStoreClient client, CheckpointStoreConfiguration configuration) {
    this.client = client;
    this.configuration = configuration;
  }

  /** Sends a request and returns its response. */
  <T> T send(S3Right.Action right, String action, Request<T> request) {
    try {
      return attempt(action, request);
    } catch (S3Failure failure) {
      throw explain(right, action, failure);
    }
  }

  /**
   * Sends a request. Empty if the server reports one of the error codes.
   *
   * @param codes such as {@code NoSuchKey}
   */
  <T> Optional<T> sendUnless(
      Set<String> codes, S3Right.Action right, String action, Request<T> request) {
    try {
      return Optional.of(attempt(action, request));
    } catch (S3Failure failure) {
      if (failure.code().filter(codes::contains).isPresent()) {
        return Optional.empty();
      }
      throw explain(right, action, failure);
    }
  }

  private <T> T attempt(String action, Request<T> request) throws S3Failure {
    try {
      return client.send(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CheckpointStoreException("interrupted: cannot " + action, e);
    }
  }

  private CheckpointStoreException explain(S3Right.Action right, String action, S3Failure failure) {
    return new CheckpointStoreException(line(right, action, failure), failure.getCause());
  }

  /**
   * Every request goes to the bucket of the configuration, so the line says what to change in the
   * configuration.
   */
  private String line(S3Right.Action right, String action, S3Failure failure) {
    String bucket = configuration.bucket();
    if (failure.isRefusal() && !failure.isDenial()) {
      return "%s refuses %s for bucket %s: cannot %s: %s"
          .formatted(
              failure.server(),
              configuration.server().credentials(),
              bucket,
              action,
              failure.code().orElseThrow());
    }
    if (failure.code().filter("NoSuchBucket"::equals).isPresent()) {
      return "%s has no bucket %s: create it, or name another".formatted(failure.server(), bucket);
    }
    if (failure.isForeignAnswer()) {
      return "%s does not answer like an S3 server: cannot %s: %s%s"
          .formatted(failure.server(), action, failure.reason(), failure.tried());
    }
    return failure.line(action, right, bucket);
  }
}
