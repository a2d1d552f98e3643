package deepspeech.broker.start;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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
}
