package deepspeech.speech.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import deepspeech.speech.audio.AudioReader;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearSpectrogramTest {
  private final LinearSpectrogram spectrogram = new LinearSpectrogram();

  /** The reference was computed in float64 with numpy 1.24. */
  @Test
  void agreesWithTheReferenceSpectrogramToAThousandth() throws Exception {
    // Given
    byte[] file = Numpy.bytes("/audio/signal-16k.wav");
    float[] samples = new AudioReader(16000, 30).read(file).samples();
    double[] reference = Numpy.read("/features/signal-16k.linear-spectrogram.npy");
    float[] features = new float[reference.length];
    // When
    double gain = GainNormalizer.gain(samples, samples.length);
    int frames = spectrogram.compute(samples, samples.length, gain, features);
    // Then
    assertThat(frames).isEqualTo(122);
    double largest = 0;
    for (int i = 0; i < reference.length; i++) {
      largest = Math.max(largest, Math.abs(features[i] - reference[i]));
    }
    assertThat(largest).isLessThanOrEqualTo(1e-3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 127, 128, 129, 300})
  void agreesWithADirectFourierTransformForAnyNumberOfFrames(int frames) {
    // Given
    float[] samples = noise(320 + (frames - 1) * 160, frames);
    float[] features = new float[frames * 161];
    // When
    int computed = spectrogram.compute(samples, samples.length, 0.5, features);
    // Then
    assertThat(computed).isEqualTo(frames);
    for (int frame : new int[] {0, frames / 2, frames - 1}) {
      for (int bin = 0; bin <= 160; bin++) {
        assertThat((double) features[frame * 161 + bin])
            .as("frame %d bin %d", frame, bin)
            .isCloseTo(direct(samples, frame * 160, bin, 0.5), within(2e-4));
      }
    }
  }

  @Test
  void aFrameDoesNotDependOnTheFramesBesideIt() {
    // Given
    float[] samples = noise(16000, 3);
    float[] alone = Arrays.copyOfRange(samples, 1600, 1600 + 320);
    float[] features = new float[FeatureShape.frames(samples.length) * 161];
    float[] single = new float[161];
    // When
    spectrogram.compute(samples, samples.length, 1, features);
    new LinearSpectrogram().compute(alone, alone.length, 1, single);
    // Then
    assertThat(Arrays.copyOfRange(features, 10 * 161, 11 * 161)).containsExactly(single);
  }

  @Test
  void samplesAfterTheLastWholeWindowChangeNothing() {
    // Given
    float[] samples = noise(320 + 159, 4);
    float[] features = new float[161];
    float[] shorter = new float[161];
    // When
    int frames = spectrogram.compute(samples, samples.length, 1, features);
    spectrogram.compute(samples, 320, 1, shorter);
    // Then
    assertThat(frames).isEqualTo(1);
    assertThat(features).containsExactly(shorter);
  }

  @Test
  void silenceInsideAnUtteranceIsTheLogarithmOfTheFloor() {
    // Given
    float[] features = new float[161];
    // When
    spectrogram.compute(new float[320], 320, 1e6, features);
    // Then
    for (float feature : features) {
      assertThat(feature).isCloseTo((float) Math.log(1e-14), within(1e-5f));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 319})
  void fewerSamplesThanAWindowGiveNoFrame(int length) {
    // Given
    float[] features = new float[161];
    // When
    int frames = spectrogram.compute(new float[320], length, 1, features);
    // Then
    assertThat(frames).isZero();
  }

  private static float[] noise(int length, int seed) {
    Random random = new Random(seed);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.3 * random.nextGaussian());
    }
    return samples;
  }

  private static double direct(float[] samples, int first, int bin, double gain) {
    double re = 0;
    double im = 0;
    double energy = 0;
    for (int n = 0; n < 320; n++) {
      double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * n / 319);
      double x = gain * samples[first + n] * hann;
      re += x * Math.cos(2 * Math.PI * bin * n / 320);
      im -= x * Math.sin(2 * Math.PI * bin * n / 320);
      energy += hann * hann;
    }
    double power = (re * re + im * im) / (energy * 16000);
    return Math.log((bin == 0 || bin == 160 ? power : 2 * power) + 1e-14);
  }
}
