package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.batching.EpochRandom;
import deepspeech.speech.features.Numpy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpeedTest {
  /** The references were computed with numpy 1.24: {@code interp(linspace(0, N, M), ...)}. */
  @ParameterizedTest
  @ValueSource(doubles = {0.9, 1.1})
  void theSamplesAreThoseOfTheReference(double rate) throws Exception {
    // Given
    float[] samples =
        new AudioReader(16000, 30).read(Numpy.bytes("/audio/signal-16k.wav")).samples();
    double[] reference = Numpy.read("/augmentation/signal-16k.speed-%s.npy".formatted(rate));
    WorkingAudio audio = Signals.audio(samples);
    // When
    new Speed(new Range(rate, rate), 0).apply(audio, Signals.draw(1));
    // Then
    assertThat(audio.length()).isEqualTo(reference.length);
    for (int i = 0; i < reference.length; i++) {
      assertThat((double) audio.samples()[i]).isCloseTo(reference[i], within(1e-6));
    }
  }

  @Test
  void theDurationChangesAsDrawnWithinTheRange() {
    // Given
    Speed speed = new Speed(new Range(0.95, 1.1), 0);
    for (int seed = 0; seed < 200; seed++) {
      double rate = 0.95 + 0.15 * EpochRandom.ofState(seed).nextDouble();
      WorkingAudio audio = Signals.audio(Signals.noise(16_000, seed));
      // When
      speed.apply(audio, Signals.draw(seed));
      // Then
      assertThat(audio.length()).isEqualTo((int) (16_000 / rate)).isBetween(14_545, 16_842);
    }
  }

  @Test
  void halfTheStrengthIsHalfTheDistanceFromOne() {
    // Given
    WorkingAudio half = Signals.audio(Signals.noise(16_000, 1));
    WorkingAudio none = Signals.audio(Signals.noise(16_000, 1));
    Speed speed = new Speed(new Range(0.9, 0.9), 0);
    // When
    speed.apply(half, Signals.draw(1, 0.5, null));
    speed.apply(none, Signals.draw(1, 0, null));
    // Then
    assertThat(half.length()).isEqualTo((int) (16_000 / 0.95));
    assertThat(none.length()).isEqualTo(16_000);
  }

  @Test
  void aSpeedThatLeavesTooLittleForTheLabelsOrMakesTooMuchIsSkipped() {
    // Given
    float[] samples = Signals.noise(16_000, 1);
    WorkingAudio faster = Signals.audio(samples);
    WorkingAudio slower = Signals.audio(samples);
    // When
    new Speed(new Range(1.1, 1.1), 0)
        .apply(faster, new Draw(EpochRandom.ofState(1), 1, 14_546, 20_000, null));
    new Speed(new Range(0.9, 0.9), 0)
        .apply(slower, new Draw(EpochRandom.ofState(1), 1, 320, 17_776, null));
    // Then
    assertThat(faster.samples()).isSameAs(samples);
    assertThat(slower.samples()).isSameAs(samples);
    assertThat(faster.length()).isEqualTo(16_000);
  }

  /**
   * The definition, position by position; one more sample than before makes a step of exactly 1.
   */
  @ParameterizedTest
  @ValueSource(ints = {9_001, 9_500, 9_998, 9_999, 10_000, 10_001, 10_002, 10_500, 11_111})
  void everySampleLiesOnTheLineBetweenItsNeighbours(int newLength) {
    // Given
    float[] samples = Signals.noise(10_000, 3);
    float[] output = new float[newLength];
    // When
    Speed.interpolate(samples, 10_000, output, newLength);
    // Then
    for (int i = 0; i < newLength; i++) {
      double position = Math.min(9_999, i * (10_000.0 / (newLength - 1)));
      int left = Math.min(9_998, (int) position);
      double expected = samples[left] + (samples[left + 1] - samples[left]) * (position - left);
      assertThat((double) output[i]).isCloseTo(expected, within(2e-6));
    }
  }

  @Test
  void noPositionIsReadBehindTheLastSample() {
    // Given
    for (int length = 320; length < 1200; length++) {
      float[] samples = Signals.noise(length, length);
      for (double rate : new double[] {0.9, 0.95, 1, 1.03, 1.1}) {
        int newLength = (int) (length / rate);
        float[] output = new float[newLength];
        // When
        Speed.interpolate(samples, length, output, newLength);
        // Then
        assertThat(output[0]).isEqualTo(samples[0]);
        assertThat(output[newLength - 1]).isEqualTo(samples[length - 1]);
      }
    }
  }

  @Test
  void theRangeOfRatesIsRead() throws Exception {
    // Given
    String params = "\"min_speed_rate\": 0.9, \"max_speed_rate\": 1.1";
    // When
    Perturbation read = SingleEntry.read("speed", params);
    // Then
    assertThat(read).isEqualTo(new Speed(new Range(0.9, 1.1), 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "min_speed_rate": 0.9, "max_speed_rate": 1.1, "speed": 1 \
          | speed is unknown; allowed: max_speed_rate, min_speed_rate, num_rates
          "min_speed_rate": 0.9 \
          | max_speed_rate is missing; allowed: a number from 0.9 to 1.1
          "min_speed_rate": 0.5, "max_speed_rate": 1.1 \
          | min_speed_rate is 0.5; allowed: a number from 0.9 to 1.1
          "min_speed_rate": 1.1, "max_speed_rate": 0.9 \
          | min_speed_rate is 1.1; allowed: at most max_speed_rate, which is 0.9
          "min_speed_rate": null, "max_speed_rate": 0.9 \
          | min_speed_rate is null; allowed: a number from 0.9 to 1.1
          """)
  void ratesThatAreWrongMissingOrUnknownAreRefused(String params, String complaint) {
    // Given
    // When
    // Then
    assertThatThrownBy(() -> SingleEntry.read("speed", params))
        .hasMessage("a.json: entry 1 (speed): " + complaint);
  }
}
