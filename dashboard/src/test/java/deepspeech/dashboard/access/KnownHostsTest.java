package deepspeech.dashboard.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownHostsTest {
  private final KnownHosts loopback = new KnownHosts("127.0.0.1", true, Set.of());

  @Test
  void theLoopbackAddressIsKnownByItsNamesWithThePort() {
    // When / Then
    assertThat(loopback.contains("localhost:8040", 8040)).isTrue();
    assertThat(loopback.contains("LOCALHOST:8040", 8040)).isTrue();
    assertThat(loopback.contains("127.0.0.1:8040", 8040)).isTrue();
    assertThat(loopback.contains("[::1]:8040", 8040)).isTrue();
    assertThat(loopback.contains("localhost", 80)).isTrue();
  }

  @Test
  void anyOtherNameOrPortIsRefused() {
    // When / Then
    assertThat(loopback.contains("evil.example:8040", 8040)).isFalse();
    assertThat(loopback.contains("localhost.evil.example:8040", 8040)).isFalse();
    assertThat(loopback.contains("localhost:9000", 8040)).isFalse();
    assertThat(loopback.contains("localhost", 8040)).isFalse();
    assertThat(loopback.contains("", 8040)).isFalse();
    assertThat(loopback.contains(null, 8040)).isFalse();
  }

  @Test
  void furtherNamesAreKnownWithAnyPortOrTheirOwn() {
    // Given
    KnownHosts hosts = new KnownHosts("0.0.0.0", false, Set.of("speech.example", "other:8443"));

    // When / Then
    assertThat(hosts.contains("speech.example", 8040)).isTrue();
    assertThat(hosts.contains("Speech.Example:443", 8040)).isTrue();
    assertThat(hosts.contains("other:8443", 8040)).isTrue();
    assertThat(hosts.contains("other", 8040)).isFalse();
    assertThat(hosts.contains("localhost:8040", 8040)).isFalse();
  }

  @Test
  void theOriginOfThePageItselfIsThatOfItsHost() {
    // When / Then
    assertThat(KnownHosts.isSame("http://localhost:8040", "localhost:8040")).isTrue();
    assertThat(KnownHosts.isSame("https://speech.example", "speech.example")).isTrue();
    assertThat(KnownHosts.isSame("https://speech.example", "speech.example:443")).isTrue();
    assertThat(KnownHosts.isSame("http://[::1]:8040", "[::1]:8040")).isTrue();
  }

  @Test
  void anotherOriginIsNot() {
    // When / Then
    assertThat(KnownHosts.isSame("http://localhost:8041", "localhost:8040")).isFalse();
    assertThat(KnownHosts.isSame("http://evil.example", "localhost:8040")).isFalse();
    assertThat(KnownHosts.isSame("http://localhost", "localhost:8040")).isFalse();
    assertThat(KnownHosts.isSame("null", "localhost:8040")).isFalse();
    assertThat(KnownHosts.isSame("", "localhost:8040")).isFalse();
    assertThat(KnownHosts.isSame("http://a b", "localhost:8040")).isFalse();
  }
}
