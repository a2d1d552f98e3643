package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.trainer.run.TrainerProbe;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LifeSocketTest {
  @Test
  @Timeout(30)
  void anotherTrainerSeesThatThisOneLivesUntilItCloses() {
    // Given
    TrainerProbe probe = new TrainerProbe();
    LifeSocket life = LifeSocket.open("127.0.0.1", 0);
    for (int i = 0; i < 200; i++) {
      assertThat(probe.apply(life.get())).isNotEqualTo(TrainerProbe.Answer.GONE);
    }

    // When
    life.close();

    // Then
    while (probe.apply(life.get()) != TrainerProbe.Answer.GONE) {
      // The port is closed when the thread that accepts has ended.
      Thread.onSpinWait();
    }
  }

  @Test
  void aPortThatIsTakenIsRefusedInOneLine() throws Exception {
    // Given
    try (ServerSocket taken = new ServerSocket(0)) {
      // When
      // Then
      assertThatThrownBy(() -> LifeSocket.open("0.0.0.0", taken.getLocalPort()))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessageStartingWith("DEEPSPEECH_TRAINER_PORT: " + taken.getLocalPort() + " given");
    }
  }
}
