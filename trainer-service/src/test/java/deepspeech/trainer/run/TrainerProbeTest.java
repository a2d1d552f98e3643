package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class TrainerProbeTest {
  private final TrainerProbe probe = new TrainerProbe();

  @Test
  void aTrainerThatListenedAndNoLongerDoesIsGone() throws Exception {
    // Given
    String address;
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + socket.getLocalPort();
      assertThat(probe.test(address)).isFalse();
    }

    // When
    boolean gone = probe.test(address);

    // Then
    assertThat(gone).isTrue();
  }

  @Test
  void anAddressThatWasNeverReachedProvesNothing() throws Exception {
    // Given
    String address;
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + socket.getLocalPort();
    }

    // When
    boolean gone = probe.test(address);

    // Then
    assertThat(gone).isFalse();
    assertThat(probe.test("no-such-trainer.invalid:8081")).isFalse();
    assertThat(probe.test("garbage")).isFalse();
  }
}
