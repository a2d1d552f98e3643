package deepspeech.dataprep.storage;

import deepspeech.dataprep.storage.Location.StoredObject;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** What went wrong with an S3 request, told in one line that never carries a secret. */
final class S3Failure {
  private static final Set<String> TRANSIENT =
      Set.of(
          "InternalError",
          "OperationAborted",
          "RequestTimeout",
          "ServiceUnavailable",
          "SlowDown",
          "SlowDownRead",
          "Throttling",
          "ThrottlingException",
          "TooManyRequests");
  private static final Set<String> REFUSED =
      Set.of(
          "AccessDenied",
          "AccountProblem",
          "AllAccessDisabled",
          "AuthorizationHeaderMalformed",
          "InvalidAccessKeyId",
          "InvalidSecurity",
          "InvalidToken",
          "SignatureDoesNotMatch");

  private final ObjectStoreConfiguration configuration;

  S3Failure(ObjectStoreConfiguration configuration) {
    this.configuration = configuration;
  }

  /** The failure itself, without the layers that carried it. */
  static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && isWrapping(cause)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static boolean isWrapping(Throwable thrown) {
    return thrown instanceof CompletionException
        || thrown.getClass() == MinioException.class
        || thrown.getClass() == IllegalStateException.class;
  }

  /** True if the same request may succeed a little later. */
  static boolean isTransient(Throwable failure) {
    if (failure instanceof ErrorResponseException error) {
      return TRANSIENT.contains(error.errorResponse().code()) || error.response().code() >= 500;
    }
    return failure instanceof ServerException
        || failure instanceof InvalidResponseException
        || failure instanceof IOException;
  }

  /** True if the server says that there is no such object. */
  static boolean isMissing(Throwable failure) {
    return failure instanceof ErrorResponseException error
        && Set.of("NoSuchKey", "NoSuchObject").contains(error.errorResponse().code());
  }

  static UnreadableFileException missing(Throwable failure) {
    return new UnreadableFileException(
        UnreadableFileException.Problem.MISSING, "the object does not exist", failure);
  }

  /**
   * The line for the user.
   *
   * @param failure as {@link #unwrap} gives it
   * @param attempts how often it was tried
   */
  StorageException explain(StoredObject object, Throwable failure, int attempts) {
    return new StorageException(line(object, failure, attempts), isTransient(failure), failure);
  }

  private String line(StoredObject object, Throwable failure, int attempts) {
    String server = "S3 endpoint " + configuration.endpoint();
    String tried = attempts > 1 ? " (tried " + attempts + " times)" : "";
    if (failure instanceof ErrorResponseException error) {
      String code = error.errorResponse().code();
      if (REFUSED.contains(code)) {
        return "%s refuses access key %s: cannot read %s: %s"
            .formatted(server, configuration.accessKey(), object, code);
      }
      if (code.equals("NoSuchBucket")) {
        return "%s has no bucket %s: cannot read %s".formatted(server, object.bucket(), object);
      }
      return "%s cannot read %s: %s: %s%s"
          .formatted(server, object, code, firstLine(error.errorResponse().message()), tried);
    }
    if (failure instanceof ConnectException || failure instanceof NoRouteToHostException) {
      return "%s is not reachable: cannot read %s: %s%s"
          .formatted(server, object, firstLine(failure.getMessage()), tried);
    }
    if (failure instanceof UnknownHostException) {
      return "%s is not reachable: cannot read %s: host %s is not known%s"
          .formatted(server, object, configuration.endpoint().getHost(), tried);
    }
    if (failure instanceof SocketTimeoutException) {
      return "%s does not answer in time: cannot read %s%s".formatted(server, object, tried);
    }
    return "%s: cannot read %s: %s: %s%s"
        .formatted(
            server,
            object,
            failure.getClass().getSimpleName(),
            firstLine(failure.getMessage()),
            tried);
  }

  private static String firstLine(String text) {
    return text == null ? "no reason given" : text.lines().findFirst().orElse("no reason given");
  }
}
