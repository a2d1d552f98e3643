package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResampleTest {
  @ParameterizedTest
  @CsvSource({"8000, 2000, 1, 1", "8000, 6000, 1, 0", "8000, 6000, 0.5, 0.5", "11025, 6500, 1, 0"})
  void whatLiesAboveHalfTheNewRateIsGoneAndTheRestStaysAndSoDoesTheLength(
      int sampleRate, double hertz, double strength, double amplitude) {
    // Given
    float[] samples = Signals.sine(16_001, hertz);
    WorkingAudio audio = Signals.audio(samples);
    // When
    Resample.to(sampleRate).apply(audio, Signals.draw(1, strength, null));
    // Then
    assertThat(audio.length()).isEqualTo(16_001);
    for (int i = 1000; i < 15_000; i++) {
      assertThat((double) audio.samples()[i]).isCloseTo(amplitude * samples[i], within(1e-3));
    }
  }

  @Test
  void onlyTheSamplesThatCountAreUsed() {
    // Given
    float[] samples = Signals.noise(4000, 1);
    float[] longer = Arrays.copyOf(samples, 6000);
    Arrays.fill(longer, 4000, 6000, 9);
    WorkingAudio a = Signals.audio(samples);
    WorkingAudio b = new WorkingAudio();
    b.load(longer, 4000);
    // When
    Resample.to(8000).apply(a, Signals.draw(1));
    Resample.to(8000).apply(b, Signals.draw(1));
    // Then
    assertThat(Signals.samples(b)).isEqualTo(Signals.samples(a));
  }

  @Test
  void theSampleRateIsRead() throws Exception {
    // Given
    String params = "\"new_sample_rate\": 8000";
    // When
    Perturbation read = SingleEntry.read("resample", params);
    // Then
    assertThat(read).isInstanceOf(Resample.class);
  }

  @Test
  void aSampleRateThatIsNoWholeNumberIsRefused() {
    // Given
    String params = "\"new_sample_rate\": 8000.5";
    // When
    // Then
    assertThatThrownBy(() -> SingleEntry.read("resample", params))
        .hasMessage(
            "a.json: entry 1 (resample): new_sample_rate is 8000.5; allowed: a whole number from"
                + " 1000 to 48000");
  }
}
