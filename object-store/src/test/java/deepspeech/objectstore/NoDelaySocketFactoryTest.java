package deepspeech.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class NoDelaySocketFactoryTest {
  private final NoDelaySocketFactory factory = new NoDelaySocketFactory();

  @Test
  void aSocketSendsAtOnceWhatIsWritten() throws Exception {
    // When
    try (Socket socket = factory.createSocket()) {
      // Then
      assertThat(socket.getTcpNoDelay()).isTrue();
    }
  }

  @Test
  void soDoesOneThatIsConnectedAlready() throws Exception {
    // Given
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket server = new ServerSocket(0, 1, loopback);
        // When
        Socket socket = factory.createSocket(loopback, server.getLocalPort())) {
      // Then
      assertThat(socket.getTcpNoDelay()).isTrue();
    }
  }
}
