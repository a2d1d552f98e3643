package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShiftTest {
  private final float[] samples = Signals.noise(1600, 3);

  @Test
  void aPositiveShiftMovesTheSamplesForwardAndFillsTheEndWithZeros() {
    // Given
    WorkingAudio audio = Signals.audio(samples);
    // When
    new Shift(new Range(5, 5)).apply(audio, Signals.draw(1));
    // Then
    float[] shifted = Signals.samples(audio);
    assertThat(shifted).hasSize(1600);
    assertThat(Arrays.copyOf(shifted, 1520)).isEqualTo(Arrays.copyOfRange(samples, 80, 1600));
    assertThat(Arrays.copyOfRange(shifted, 1520, 1600)).containsOnly(0);
  }

  @Test
  void aNegativeShiftMovesTheSamplesBackAndFillsTheBeginningWithZeros() {
    // Given
    WorkingAudio audio = Signals.audio(samples);
    // When
    new Shift(new Range(-5, -5)).apply(audio, Signals.draw(1));
    // Then
    float[] shifted = Signals.samples(audio);
    assertThat(shifted).hasSize(1600);
    assertThat(Arrays.copyOf(shifted, 80)).containsOnly(0);
    assertThat(Arrays.copyOfRange(shifted, 80, 1600)).isEqualTo(Arrays.copyOf(samples, 1520));
  }

  @Test
  void aShiftThatWouldLeaveNothingIsSkipped() {
    // Given
    float[] early = new float[1600];
    early[10] = 1;
    WorkingAudio audio = Signals.audio(early);
    WorkingAudio shorter = Signals.audio(samples);
    // When
    new Shift(new Range(5, 5)).apply(audio, Signals.draw(1));
    new Shift(new Range(100, 100)).apply(shorter, Signals.draw(1));
    // Then
    assertThat(Signals.samples(audio)).isEqualTo(early);
    assertThat(Signals.samples(shorter)).isEqualTo(samples);
  }

  @Test
  void theStrengthScalesTheShift() {
    // Given
    WorkingAudio audio = Signals.audio(samples);
    // When
    new Shift(new Range(10, 10)).apply(audio, Signals.draw(1, 0.5, null));
    // Then
    assertThat(audio.samples()[0]).isEqualTo(samples[80]);
  }

  @Test
  void theShiftIsRead() throws Exception {
    // Given
    String params = "\"min_shift_ms\": -30000, \"max_shift_ms\": 30000";
    // When
    Perturbation read = SingleEntry.read("shift", params);
    // Then
    assertThat(read).isEqualTo(new Shift(new Range(-30_000, 30_000)));
  }

  @Test
  void aShiftLongerThanAnUtteranceIsRefused() {
    // Given
    String params = "\"min_shift_ms\": -1, \"max_shift_ms\": 1e9";
    // When
    // Then
    assertThatThrownBy(() -> SingleEntry.read("shift", params))
        .hasMessage(
            "a.json: entry 1 (shift): max_shift_ms is 1.0E9; allowed: a number from -30000 to"
                + " 30000");
  }
}
