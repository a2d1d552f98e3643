package deepspeech.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.trainer.training.StopSignal.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopSignalTest {
  private final StopSignal signal = new StopSignal();
  private final List<String> woken = new ArrayList<>();

  @Test
  void aStopDuringAShutdownCountsAndARunThatIsLostStaysLost() {
    // When
    signal.raise(Reason.SHUTDOWN);
    signal.raise(Reason.COMMAND);
    signal.raise(Reason.SHUTDOWN);

    // Then
    assertThat(signal.reason()).isEqualTo(Reason.COMMAND);

    // When
    signal.raise(Reason.TAKEN_OVER);
    signal.raise(Reason.COMMAND);

    // Then
    assertThat(signal.reason()).isEqualTo(Reason.TAKEN_OVER);
  }

  @Test
  void everyWaitIsEndedAlsoOneThatBeginsAfterTheSignal() {
    // Given
    signal.onRaise(() -> woken.add("first"));
    signal.onRaise(() -> woken.add("second"));

    // When
    signal.raise(Reason.COMMAND);
    signal.onRaise(() -> woken.add("late"));

    // Then
    assertThat(woken).containsExactly("first", "second", "late");
  }

  @Test
  void aRunContinuesUntilTheSignalIsRaised() {
    // When
    signal.requireNotRaised();
    signal.raise(Reason.SHUTDOWN);

    // Then
    assertThatThrownBy(signal::requireNotRaised)
        .isInstanceOf(RunStoppedException.class)
        .hasMessage("stopped: SHUTDOWN");
  }
}
