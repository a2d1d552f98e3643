package deepspeech.dashboard.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.Optional;

/** Checks whether requests are signed in. Thread-safe. */
public final class Access {
  /** Name of the session cookie. */
  public static final String COOKIE = "deepspeech_session";

  private static final String BEARER = "Bearer ";

  private final SignIn signIn;
  private final Optional<Sessions> sessions;
  private final FailedAttempts failures;

  /** Result of a sign-in check. */
  public enum Outcome {
    SIGNED_IN,
    NOT_SIGNED_IN,
    /** Too many wrong tokens came from the address recently. */
    WAIT
  }

  public Access(SignIn signIn, Clock clock) {
    this.signIn = signIn;
    this.sessions =
        signIn instanceof SignIn.Token token
            ? Optional.of(new Sessions(token.token(), clock))
            : Optional.empty();
    this.failures = new FailedAttempts(clock);
  }

  /** The configured sign-in method. */
  public SignIn signIn() {
    return signIn;
  }

  /**
   * Checks whether a request is signed in.
   *
   * @param identity the identity that OpenID Connect has established
   */
  public Outcome check(HttpServerRequest request, SecurityIdentity identity) {
    if (signIn instanceof SignIn.None) {
      return Outcome.SIGNED_IN;
    }
    if (sessions.isEmpty()) {
      return identity.isAnonymous() ? Outcome.NOT_SIGNED_IN : Outcome.SIGNED_IN;
    }
    Cookie cookie = request.getCookie(COOKIE);
    if (cookie != null && sessions.get().isOpen(cookie.getValue())) {
      return Outcome.SIGNED_IN;
    }
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    return authorization != null && authorization.startsWith(BEARER)
        ? tryToken(request, authorization.substring(BEARER.length()))
        : Outcome.NOT_SIGNED_IN;
  }

  /** Checks a token. Counts a wrong token against the address of the request. */
  public Outcome tryToken(HttpServerRequest request, String token) {
    String address = request.remoteAddress().hostAddress();
    if (failures.isRefused(address)) {
      return Outcome.WAIT;
    }
    if (sessions.filter(known -> known.isToken(token)).isPresent()) {
      return Outcome.SIGNED_IN;
    }
    failures.add(address);
    return Outcome.NOT_SIGNED_IN;
  }

  /**
   * Starts a session for a client that has presented the token, and returns the value of its
   * cookie.
   */
  public String beginSession() {
    return sessions.orElseThrow().begin();
  }
}
