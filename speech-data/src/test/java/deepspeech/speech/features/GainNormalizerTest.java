package deepspeech.speech.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GainNormalizerTest {
  @ParameterizedTest
  @ValueSource(floats = {1e-5f, 0.01f, 0.1f, 1f})
  void theGainBringsAConstantToATenthOfFullScale(float level) throws Exception {
    // Given
    float[] samples = new float[1001];
    Arrays.fill(samples, level);
    // When
    double gain = GainNormalizer.gain(samples, samples.length);
    // Then
    assertThat(gain * level).isCloseTo(0.1, within(1e-9));
  }

  @Test
  void digitalSilenceIsSilent() {
    // Given
    float[] samples = new float[100];
    // When
    // Then
    assertThatThrownBy(() -> GainNormalizer.gain(samples, samples.length))
        .isInstanceOfSatisfying(
            UnusableAudioException.class, e -> assertThat(e.reason()).isEqualTo(SkipReason.SILENT))
        .hasMessage("the audio is digital silence");
  }

  @Test
  void audioThatNeedsMoreThan300DecibelsIsSilent() {
    // Given
    float[] samples = {1e-17f, -1e-17f};
    // When
    // Then
    assertThatThrownBy(() -> GainNormalizer.gain(samples, samples.length))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage("the audio needs a gain of 320 dB to reach -20 dB; at most 300 dB are allowed");
  }

  @Test
  void oneAudibleSampleMakesAudioAudibleAndNoneDoesNot() throws Exception {
    // Given
    float[] late = new float[480_000];
    late[479_999] = 1e-12f;
    float[] silent = new float[480_000];
    float[] faint = new float[480_000];
    Arrays.fill(faint, 1e-17f);
    float[] barely = new float[480_000];
    Arrays.fill(barely, 1.1e-16f);
    // When
    GainNormalizer.requireAudible(late, late.length);
    GainNormalizer.requireAudible(barely, barely.length);
    // Then
    assertThat(GainNormalizer.gain(late, late.length)).isFinite();
    assertThatThrownBy(() -> GainNormalizer.requireAudible(silent, silent.length))
        .hasMessage("the audio is digital silence");
    assertThatThrownBy(() -> GainNormalizer.requireAudible(faint, faint.length))
        .hasMessageContaining("needs a gain of 320 dB");
  }
}
