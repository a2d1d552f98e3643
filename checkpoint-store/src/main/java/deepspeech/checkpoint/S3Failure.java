package deepspeech.checkpoint;

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
          "ConditionalRequestConflict",
          "InternalError",
          "OperationAborted",
          "RequestTimeout",
          "ServiceUnavailable",
          "SlowDown",
          "SlowDownRead",
          "SlowDownWrite",
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

  private final CheckpointStoreConfiguration configuration;

  S3Failure(CheckpointStoreConfiguration configuration) {
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
    if (failure instanceof ServerException || failure instanceof InvalidResponseException) {
      return true;
    }
    return failure instanceof IOException;
  }

  /** True if the server says that there is no such object. */
  static boolean isMissingKey(Throwable failure) {
    return failure instanceof ErrorResponseException error
        && error.errorResponse().code().equals("NoSuchKey");
  }

  /** True if the server says that there is no such upload in parts. */
  static boolean isMissingUpload(Throwable failure) {
    return failure instanceof ErrorResponseException error
        && error.errorResponse().code().equals("NoSuchUpload");
  }

  /** True if the server says that the condition of a write does not hold. */
  static boolean isConditionFailed(Throwable failure) {
    return failure instanceof ErrorResponseException error
        && Set.of("PreconditionFailed", "NoSuchKey").contains(error.errorResponse().code());
  }

  /**
   * The line for the user.
   *
   * @param action what was tried, such as {@code read s3://bucket/key}
   * @param failure as {@link #unwrap} gives it
   * @param attempts how often it was tried
   */
  CheckpointStoreException explain(String action, Throwable failure, int attempts) {
    return new CheckpointStoreException(line(action, failure, attempts), failure);
  }

  private String line(String action, Throwable failure, int attempts) {
    String server = "S3 endpoint " + configuration.endpoint();
    String tried = attempts > 1 ? " (tried " + attempts + " times)" : "";
    if (failure instanceof ErrorResponseException error) {
      String code = error.errorResponse().code();
      if (REFUSED.contains(code)) {
        return "%s refuses access key %s for bucket %s: cannot %s: %s"
            .formatted(server, configuration.accessKey(), configuration.bucket(), action, code);
      }
      if (code.equals("NoSuchBucket")) {
        return "%s has no bucket %s: create it, or name another"
            .formatted(server, configuration.bucket());
      }
      return "%s cannot %s: %s: %s%s"
          .formatted(server, action, code, firstLine(error.errorResponse().message()), tried);
    }
    if (failure instanceof ConnectException || failure instanceof NoRouteToHostException) {
      return "%s is not reachable: cannot %s: %s%s"
          .formatted(server, action, firstLine(failure.getMessage()), tried);
    }
    if (failure instanceof UnknownHostException) {
      return "%s is not reachable: cannot %s: host %s is not known%s"
          .formatted(server, action, configuration.endpoint().getHost(), tried);
    }
    if (failure instanceof SocketTimeoutException) {
      return "%s does not answer in time: cannot %s%s".formatted(server, action, tried);
    }
    if (failure instanceof InvalidResponseException) {
      return "%s does not answer as an S3 server does: cannot %s: %s%s"
          .formatted(server, action, firstLine(failure.getMessage()), tried);
    }
    return "%s: cannot %s: %s: %s%s"
        .formatted(
            server,
            action,
            failure.getClass().getSimpleName(),
            firstLine(failure.getMessage()),
            tried);
  }

  private static String firstLine(String text) {
    return text == null ? "no reason given" : text.lines().findFirst().orElse("no reason given");
  }
}
