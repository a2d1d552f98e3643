package deepspeech.dashboard.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.Optional;

/** Tells who is signed in. Thread-safe. */
public final class Access {
  /** Name of the session's cookie. */
  public static final String COOKIE = "deepspeech_session";

  private static final String BEARER = "Bearer ";

  private final SignIn signIn;
  private final Optional<Sessions> sessions;
  private final FailedAttempts failures;

  /** What becomes of somebody who asks to be let in. */
  public enum Outcome {
    SIGNED_IN,
    NOT_SIGNED_IN,
    /** Too many wrong tokens came from the address lately. */
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

  /** How people sign in. */
  public SignIn signIn() {
    return signIn;
  }

  /**
   * Whether a request comes from somebody who is signed in.
   *
   * @param identity that OpenID Connect has found out
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

  /** Whether somebody has shown the token. */
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

  /** A new session, for who has shown the token. */
  public String beginSession() {
    return sessions.orElseThrow().begin();
  }
}
