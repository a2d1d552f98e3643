package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.trainer.run.TrainerProbe.Answer;
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
      assertThat(probe.apply(address)).isEqualTo(Answer.LISTENS);
    }

    // When
    Answer answer = probe.apply(address);

    // Then
    assertThat(answer).isEqualTo(Answer.GONE);
  }

  @Test
  void anAddressThatWasNeverReachedProvesNothing() throws Exception {
    // Given
    String address;
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + socket.getLocalPort();
    }

    // When
    Answer answer = probe.apply(address);

    // Then
    assertThat(answer).isEqualTo(Answer.NONE);
    assertThat(probe.apply("no-such-trainer.invalid:8081")).isEqualTo(Answer.NONE);
    assertThat(probe.apply("garbage")).isEqualTo(Answer.NONE);
  }
}
