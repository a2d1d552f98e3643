package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeTest {
  @ParameterizedTest
  @CsvSource({"20, 1, 10", "-20, 1, 0.1", "20, 0.5, 3.1622777", "20, 0, 1"})
  void theSamplesAreMultipliedByTheGainAtItsStrength(
      double decibels, double strength, double factor) {
    // Given
    float[] samples = Signals.noise(1000, 5);
    WorkingAudio audio = Signals.audio(samples);
    // When
    new Volume(new Range(decibels, decibels)).apply(audio, Signals.draw(1, strength, null));
    // Then
    assertThat(audio.length()).isEqualTo(1000);
    for (int i = 0; i < 1000; i++) {
      assertThat((double) audio.samples()[i]).isCloseTo(factor * samples[i], within(1e-5));
    }
  }
}
