package deepspeech.objectstore;

import deepspeech.messages.store.S3Right;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * An S3 request that failed permanently. The message describes the failure in one line without any
 * secret. The cause is the original exception, without the exceptions that wrapped it.
 */
public final class S3Failure extends Exception {
  private static final long serialVersionUID = 1L;

  private static final Set<String> PASSING =
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

  private final String server;
  private final String host;
  private final S3Credentials credentials;
  private final int attempts;

  /**
   * Creates a failure.
   *
   * @param thrown by the client, wrapped or not
   * @param attempts how often the request was sent, from 1
   */
  S3Failure(ObjectStoreConfiguration configuration, Throwable thrown, int attempts) {
    super(unwrap(thrown));
    this.server = "S3 endpoint " + configuration.endpoint();
    this.host = configuration.endpoint().getHost();
    this.credentials = configuration.credentials();
    this.attempts = attempts;
  }

  private static Throwable unwrap(Throwable thrown) {
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

  /** True if the client refuses the server's certificate. */
  private static boolean isDistrust(Throwable failure) {
    return failure instanceof SSLPeerUnverifiedException
        || (failure instanceof SSLException && failure.getCause() instanceof CertificateException);
  }

  /**
   * True if the failure is transient: the same request may succeed later without any intervention.
   */
  public boolean isPassing() {
    Throwable cause = getCause();
    if (cause instanceof ErrorResponseException error) {
      return code().filter(PASSING::contains).isPresent() || error.response().code() >= 500;
    }
    if (cause instanceof CredentialsException failure) {
      return failure.isPassing();
    }
    if (isDistrust(cause)) {
      return false;
    }
    return cause instanceof ServerException
        || cause instanceof InvalidResponseException
        || cause instanceof IOException;
  }

  /** The error code of the server's response, such as {@code NoSuchKey}; empty if there is none. */
  public Optional<String> code() {
    return getCause() instanceof ErrorResponseException error
        ? Optional.ofNullable(error.errorResponse().code())
        : Optional.empty();
  }

  /** True if the server accepts the key pair but denies it this request. */
  public boolean isDenial() {
    return code().filter("AccessDenied"::equals).isPresent();
  }

  /** True if the server rejects the key pair, or denies it this request. */
  public boolean isRefusal() {
    return code().filter(REFUSED::contains).isPresent();
  }

  /** True if the server's response is not that of an S3 server. */
  public boolean isForeignAnswer() {
    return getCause() instanceof InvalidResponseException;
  }

  /** The server as text, with which each line begins. */
  public String server() {
    return server;
  }

  /** The first line of the message from the client or the server. */
  public String reason() {
    String text =
        getCause() instanceof ErrorResponseException error
            ? error.errorResponse().message()
            : getCause().getMessage();
    return text == null ? "no reason given" : text.lines().findFirst().orElse("no reason given");
  }

  /** The end of a line, which states how often the request was sent; empty if it was sent once. */
  public String tried() {
    return attempts > 1 ? " (tried " + attempts + " times)" : "";
  }

  /**
   * The message for the user, in one line. If the server denies the request, it says which right to
   * grant.
   *
   * @param action the failed action, such as {@code read s3://bucket/key}
   * @param right that the request needs
   * @param bucket of the request
   */
  public String line(String action, S3Right.Action right, String bucket) {
    if (!isDenial()) {
      return line(action, bucket);
    }
    String rights =
        right == S3Right.Action.GET_OBJECT
            // A server conceals from those who may not list keys that an object is missing.
            ? "%s, or %s if there is no such object"
                .formatted(right.policyName(), S3Right.Action.LIST_BUCKET.policyName())
            : right.policyName();
    return "%s denies %s the action %s: cannot %s: grant it%s"
        .formatted(server, credentials, rights, action, wordsOfDenial());
  }

  /** Empty if the server says no more than the error code. */
  private String wordsOfDenial() {
    String words = reason();
    return words.matches("(?i)access ?denied\\.?") ? "" : " (" + words + ")";
  }

  /**
   * The message for the user, in one line.
   *
   * @param action the failed action, such as {@code read s3://bucket/key}
   * @param bucket of the request
   */
  public String line(String action, String bucket) {
    Throwable cause = getCause();
    if (code().isPresent()) {
      String code = code().get();
      if (isRefusal()) {
        return "%s refuses %s: cannot %s: %s".formatted(server, credentials, action, code);
      }
      if (code.equals("NoSuchBucket")) {
        return "%s has no bucket %s: cannot %s".formatted(server, bucket, action);
      }
      return "%s cannot %s: %s: %s%s".formatted(server, action, code, reason(), tried());
    }
    if (cause instanceof CredentialsException) {
      return "%s: cannot %s: %s%s".formatted(server, action, reason(), tried());
    }
    if (isDistrust(cause)) {
      return "%s has a certificate that is not trusted (DEEPSPEECH_S3_CA_FILE names further ones): cannot %s: %s"
          .formatted(server, action, reason());
    }
    if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
      return "%s is not reachable: cannot %s: %s%s".formatted(server, action, reason(), tried());
    }
    if (cause instanceof UnknownHostException) {
      return "%s is not reachable: cannot %s: host %s is not known%s"
          .formatted(server, action, host, tried());
    }
    if (cause instanceof SocketTimeoutException) {
      return "%s does not answer in time: cannot %s%s".formatted(server, action, tried());
    }
    return "%s: cannot %s: %s: %s%s"
        .formatted(server, action, cause.getClass().getSimpleName(), reason(), tried());
  }

  @Override
  public String getMessage() {
    return server + ": " + getCause().getClass().getSimpleName() + ": " + reason() + tried();
  }
}
