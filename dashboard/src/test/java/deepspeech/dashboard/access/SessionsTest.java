package deepspeech.dashboard.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final String TOKEN = "a token of the test";

  private final MovingClock clock = new MovingClock();
  private final Sessions sessions = new Sessions(TOKEN, clock);

  @Test
  void theTokenAloneIsTheToken() {
    // When / Then
    assertThat(sessions.isToken(TOKEN)).isTrue();
    assertThat(sessions.isToken(TOKEN + " ")).isFalse();
    assertThat(sessions.isToken("")).isFalse();
    assertThat(sessions.isToken(null)).isFalse();
  }

  @Test
  void aSessionIsOpenUntilItsTimeIsOver() {
    // Given
    String session = sessions.begin();

    // When / Then
    assertThat(sessions.isOpen(session)).isTrue();
    clock.goOn(Sessions.LIFE.minusSeconds(1));
    assertThat(sessions.isOpen(session)).isTrue();
    clock.goOn(java.time.Duration.ofSeconds(1));
    assertThat(sessions.isOpen(session)).isFalse();
  }

  @Test
  void aSessionOutlivesARestartButNotAnotherToken() {
    // Given
    String session = sessions.begin();

    // When / Then
    assertThat(new Sessions(TOKEN, clock).isOpen(session)).isTrue();
    assertThat(new Sessions("another token, as long", clock).isOpen(session)).isFalse();
  }

  @Test
  void aSessionThatWasTamperedWithIsNone() {
    // Given
    String session = sessions.begin();
    int dot = session.indexOf('.');

    // When / Then
    assertThat(sessions.isOpen("9" + session)).isFalse();
    assertThat(sessions.isOpen(session + "A")).isFalse();
    assertThat(sessions.isOpen(session.substring(0, dot + 1))).isFalse();
    assertThat(sessions.isOpen(session.substring(dot))).isFalse();
    assertThat(sessions.isOpen("x.y")).isFalse();
    assertThat(sessions.isOpen("")).isFalse();
    assertThat(sessions.isOpen(null)).isFalse();
  }

  @Test
  void aSessionDoesNotHoldTheToken() {
    // When / Then
    assertThat(sessions.begin()).doesNotContain(TOKEN).matches("\\d+\\.[A-Za-z0-9_-]{43}");
  }
}
