package deepspeech.broker.start;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.topic.TopicLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StartupCheckTest {
  @Test
  void anUnreachableBrokerIsNamedInOneLine() throws Exception {
    // Given
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    StartupCheck check = new StartupCheck(BrokerConfiguration.of("127.0.0.1:" + port));

    // When
    var thrown = assertThatThrownBy(() -> check.requireReachable(Duration.ofSeconds(1)));

    // Then
    thrown
        .isInstanceOf(BrokerException.class)
        .hasMessage(
            "broker 127.0.0.1:%d: not reachable within 1 s (no answer); is it running, and is the"
                + " address right?",
            port);
  }

  @Test
  void anUnknownHostNameIsNamedInOneLine() {
    // Given
    StartupCheck check = new StartupCheck(BrokerConfiguration.of("no-such-host.invalid:9092"));

    // When
    var thrown = assertThatThrownBy(() -> check.requireReachable(Duration.ofMillis(500)));

    // Then
    thrown
        .isInstanceOf(BrokerException.class)
        .hasMessageStartingWith("broker no-such-host.invalid:9092: not reachable within 0.5 s")
        .message()
        .hasLineCount(1);
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of(
            Map.of(
                "security.protocol", "SSL",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", "/nowhere/ca.crt"),
            "java.nio.file.NoSuchFileException: /nowhere/ca.crt"),
        Arguments.of(
            Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "SCRAM-SHA-512"),
            "Could not find a 'KafkaClient' entry in the JAAS configuration"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void unusableSecuritySettingsAreReportedAtOnceWithTheirReason(
      Map<String, String> properties, String reason) {
    // Given
    StartupCheck check =
        new StartupCheck(new BrokerConfiguration("127.0.0.1:1", properties, TopicLayout.DEFAULT));

    // When
    var thrown = assertThatThrownBy(() -> check.requireReachable(Duration.ofHours(1)));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("broker 127.0.0.1:1: no client with these settings: " + reason)
        .hasMessageEndingWith("; check KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_… and KAFKA_SSL_…")
        .message()
        .hasLineCount(1);
  }
}
