package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
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

  @Test
  void theGainIsRead() throws Exception {
    // Given
    String params = "\"min_gain_dBFS\": 3, \"max_gain_dBFS\": 3";
    // When
    Perturbation read = SingleEntry.read("volume", params);
    // Then
    assertThat(read).isEqualTo(new Volume(new Range(3, 3)));
  }

  @Test
  void aGainThatIsNoNumberIsRefused() {
    // Given
    String params = "\"min_gain_dBFS\": \"loud\", \"max_gain_dBFS\": 1";
    // When
    // Then
    assertThatThrownBy(() -> SingleEntry.read("volume", params))
        .hasMessage(
            "a.json: entry 1 (volume): min_gain_dBFS is \"loud\"; allowed: a number from -100 to"
                + " 100");
  }
}
