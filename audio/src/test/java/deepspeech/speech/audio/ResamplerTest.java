package deepspeech.speech.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {
  private static final int TARGET = 16000;

  @ParameterizedTest
  @ValueSource(ints = {8000, 11025, 12000, 22050, 22051, 24000, 32000, 44100, 48000, 96000})
  void aToneKeepsItsFrequencyLevelAndPhase(int sourceRate) {
    // Given
    double frequency = 0.35 * Math.min(sourceRate, TARGET);
    float[] source = tone(frequency, sourceRate, 2 * sourceRate);
    // When
    float[] resampled = new Resampler(sourceRate, TARGET).resample(source);
    // Then
    assertThat(resampled).hasSize(2 * TARGET);
    for (int i = TARGET / 2; i < TARGET; i++) {
      double expected = Math.sin(2 * Math.PI * frequency * i / TARGET);
      assertThat((double) resampled[i]).isCloseTo(expected, within(2e-3));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {22050, 22051, 32000, 40000, 44100, 48000, 88200, 96000, 192000})
  void aToneAboveTheNewNyquistFrequencyIsSuppressedByMoreThan79Decibels(int sourceRate) {
    // Given
    Resampler resampler = new Resampler(sourceRate, TARGET);
    double step = (sourceRate / 2.0 - 8000) / 40;
    for (double frequency = 8000; frequency < sourceRate / 2.0; frequency += step) {
      float[] source = tone(frequency, sourceRate, sourceRate / 2);
      // When
      float[] resampled = resampler.resample(source);
      // Then
      assertThat(levelDb(resampled)).as("%.0f Hz", frequency).isLessThan(-79);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {22050, 32000, 40000, 44100, 48000, 88200, 96000, 192000})
  void theBandUpToNineTenthsOfTheNewNyquistFrequencyKeepsItsLevel(int sourceRate) {
    // Given
    Resampler resampler = new Resampler(sourceRate, TARGET);
    for (double frequency = 100; frequency <= 7200; frequency += 355) {
      float[] source = tone(frequency, sourceRate, sourceRate / 2);
      // When
      float[] resampled = resampler.resample(source);
      // Then
      assertThat(levelDb(resampled)).as("%.0f Hz", frequency).isCloseTo(0, within(0.01));
    }
  }

  /** Input and output by scipy 1.17, a Fourier transform of the whole: reference/resampling.py. */
  @ParameterizedTest
  @ValueSource(ints = {8000, 22050, 44100, 48000, 96000})
  void aBandLimitedSignalComesOutAsTheFourierMethodHasIt(int sourceRate) throws Exception {
    // Given
    float[] source = floats("/audio/resampling/" + sourceRate + ".npy");
    float[] expected = floats("/audio/resampling/" + sourceRate + "-16000.npy");
    // When
    float[] resampled = new Resampler(sourceRate, TARGET).resample(source);
    // Then
    assertThat(resampled).hasSize(expected.length);
    double error = 0;
    double power = 0;
    for (int i = 0; i < resampled.length; i++) {
      error += Math.pow(resampled[i] - expected[i], 2);
      power += Math.pow(expected[i], 2);
    }
    assertThat(10 * Math.log10(error / power)).isLessThan(-75);
  }

  @ParameterizedTest
  @ValueSource(ints = {8000, 11025, 44100, 48000, 96000})
  void aLongSignalHasTheSamplesOfItsPieces(int sourceRate) {
    // Given
    Resampler resampler = new Resampler(sourceRate, TARGET);
    float[] whole = new float[7 * sourceRate];
    int begin = 3 * sourceRate;
    System.arraycopy(tone(0.1 * TARGET, sourceRate, 1000), 0, whole, begin, 1000);
    float[] piece = new float[3 * sourceRate];
    System.arraycopy(whole, begin - sourceRate, piece, 0, piece.length);
    // When
    float[] ofWhole = resampler.resample(whole);
    float[] ofPiece = resampler.resample(piece);
    // Then
    assertThat(Arrays.copyOfRange(ofWhole, 2 * TARGET, 5 * TARGET)).isEqualTo(ofPiece);
  }

  @Test
  void whatAThreadHasResampledBeforeMakesNoDifference() {
    // Given
    float[] source = tone(1000, 44100, 70_000);
    float[] alone = new Resampler(44100, TARGET).resample(source);
    float[] extreme = new float[400_000];
    Arrays.fill(extreme, Float.NaN);
    new Resampler(192_000, TARGET).resample(extreme);
    // When
    float[] after = new Resampler(44100, TARGET).resample(source);
    // Then
    assertThat(after).isEqualTo(alone);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 16001, 37800, 65521, 352_800, 767_984, 768_000})
  void everyRateThatAHeaderMayGiveIsConverted(int sourceRate) {
    // Given
    Resampler resampler = new Resampler(sourceRate, TARGET);
    double frequency = 0.3 * Math.min(sourceRate, TARGET);
    // When
    float[] resampled = resampler.resample(tone(frequency, sourceRate, sourceRate / 2));
    // Then
    assertThat(resampled).hasSize((int) (sourceRate / 2 * (long) TARGET / sourceRate));
    assertThat(levelDb(resampled)).isCloseTo(0, within(0.02));
  }

  @ParameterizedTest
  @ValueSource(ints = {8000, 11025, 12000})
  void upsamplingLeavesNoImageAboveTheOldNyquistFrequency(int sourceRate) {
    // Given
    double frequency = 0.4 * sourceRate;
    double image = sourceRate - frequency;
    float[] source = tone(frequency, sourceRate, sourceRate);
    // When
    float[] resampled = new Resampler(sourceRate, TARGET).resample(source);
    // Then
    assertThat(componentDb(resampled, image)).isLessThan(-60);
    assertThat(componentDb(resampled, frequency)).isCloseTo(0, within(0.05));
  }

  @Test
  void theSameRateLeavesTheSamplesAsTheyAre() {
    // Given
    float[] source = tone(440, TARGET, 100);
    // When
    float[] resampled = new Resampler(TARGET, TARGET).resample(source);
    // Then
    assertThat(resampled).containsExactly(source);
  }

  @Test
  void aConstantStaysThatConstantAwayFromTheEnds() {
    // Given
    float[] source = new float[4410];
    Arrays.fill(source, 0.5f);
    // When
    float[] resampled = new Resampler(44100, TARGET).resample(source);
    // Then
    for (int i = 100; i < resampled.length - 100; i++) {
      assertThat(resampled[i]).isCloseTo(0.5f, within(1e-6f));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 100})
  void shortSignalsGiveTheirShareOfSamples(int length) {
    // Given
    float[] source = new float[length];
    // When
    float[] resampled = new Resampler(44100, TARGET).resample(source);
    // Then
    assertThat(resampled).hasSize(length * TARGET / 44100);
  }

  private static float[] floats(String resource) throws IOException {
    double[] values = GoldenFiles.samples(resource);
    float[] samples = new float[values.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) values[i];
    }
    return samples;
  }

  private static float[] tone(double frequency, int sampleRate, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) Math.sin(2 * Math.PI * frequency * i / sampleRate);
    }
    return samples;
  }

  /** Level against a sine of amplitude 1, without the ends, where the signal begins and stops. */
  private static double levelDb(float[] samples) {
    double sum = 0;
    for (int i = 1000; i < samples.length - 1000; i++) {
      sum += (double) samples[i] * samples[i];
    }
    return 10 * Math.log10(2 * sum / (samples.length - 2000) + 1e-30);
  }

  /** Level of one frequency under a Hann window, against a sine of amplitude 1. */
  private static double componentDb(float[] samples, double frequency) {
    double re = 0;
    double im = 0;
    double weights = 0;
    for (int i = 1000; i < samples.length - 1000; i++) {
      double w = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i - 1000) / (samples.length - 2000));
      re += w * samples[i] * Math.cos(2 * Math.PI * frequency * i / TARGET);
      im += w * samples[i] * Math.sin(2 * Math.PI * frequency * i / TARGET);
      weights += w;
    }
    return 20 * Math.log10(2 * Math.hypot(re, im) / weights + 1e-30);
  }
}
