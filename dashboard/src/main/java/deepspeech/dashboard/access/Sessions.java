package deepspeech.dashboard.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Issues and checks sessions for clients that have presented the token. A session is its expiry
 * time and the HMAC of that time under a key derived from the token. The service stores no
 * sessions, so sessions survive a restart of the service. A change of the token ends all sessions.
 * Comparisons take constant time. Thread-safe.
 */
public final class Sessions {
  /** Lifetime of a session. */
  public static final Duration LIFE = Duration.ofDays(7);

  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] token;
  private final SecretKeySpec key;
  private final Clock clock;

  public Sessions(String token, Clock clock) {
    this.token = digest(token);
    this.key = new SecretKeySpec(digest("session key of " + token), ALGORITHM);
    this.clock = clock;
  }

  /** True if the given text is the token. */
  public boolean isToken(String given) {
    return given != null && MessageDigest.isEqual(token, digest(given));
  }

  /** Starts a session and returns its value. */
  public String begin() {
    String end = Long.toString(clock.instant().plus(LIFE).getEpochSecond());
    return end + "." + signature(end);
  }

  /** True if the value is a genuine session that has not expired. */
  public boolean isOpen(String session) {
    int dot = session == null ? -1 : session.indexOf('.');
    if (dot < 1) {
      return false;
    }
    String end = session.substring(0, dot);
    boolean genuine =
        MessageDigest.isEqual(
            signature(end).getBytes(StandardCharsets.UTF_8),
            session.substring(dot + 1).getBytes(StandardCharsets.UTF_8));
    return genuine && Instant.ofEpochSecond(Long.parseLong(end)).isAfter(clock.instant());
  }

  private String signature(String end) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(end.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + ALGORITHM, e);
    }
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
