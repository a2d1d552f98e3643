package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.speech.batching.EpochRandom;
import deepspeech.speech.features.Float16;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecAugmentTest {
  private static final int BINS = 161;

  @ParameterizedTest
  @CsvSource({
    "10, 50, 2, 3, 1, 400",
    "161, 50, 1, 2, 1, 30",
    "20, 100, 4, 4, 0.2, 200",
    "5, 5, 0, 0, 1, 9"
  })
  void masksLieWithinTheUtteranceWithTheConfiguredNumberAndAtMostTheConfiguredWidth(
      int f, int t, int frequencyMasks, int timeMasks, double p, int frames) {
    // Given
    SpecAugment asked = new SpecAugment(f, t, frequencyMasks, timeMasks, p, 0, 0, 0, 20, false);
    int widest = 0;
    for (int seed = 0; seed < 300; seed++) {
      // When
      SpecAugmentation drawn = asked.draw(EpochRandom.ofState(seed), frames, 1);
      // Then
      assertThat(drawn.bins()).hasSize(2 * frequencyMasks);
      assertThat(drawn.maskedFrames()).hasSize(2 * timeMasks);
      check(drawn.bins(), f - 1, BINS);
      check(drawn.maskedFrames(), Math.min(t - 1, (int) (frames * p)), frames);
      for (int i = 0; i < drawn.bins().length; i += 2) {
        widest = Math.max(widest, drawn.bins()[i + 1] - drawn.bins()[i]);
      }
    }
    assertThat(widest).isGreaterThanOrEqualTo(frequencyMasks == 0 ? 0 : f / 2);
  }

  @Test
  void adaptiveRatiosGiveNumberAndSizeOfTheTimeMasksByTheFrames() {
    // Given
    SpecAugment number = new SpecAugment(0, 20, 0, 1, 1, 0, 0.02, 0, 7, false);
    SpecAugment size = new SpecAugment(0, 1, 0, 3, 1, 0, 0, 0.1, 20, false);
    int widest = 0;
    for (int seed = 0; seed < 100; seed++) {
      // When
      SpecAugmentation few = number.draw(EpochRandom.ofState(seed), 300, 1);
      SpecAugmentation many = number.draw(EpochRandom.ofState(seed), 2000, 1);
      SpecAugmentation wide = size.draw(EpochRandom.ofState(seed), 1000, 1);
      // Then
      assertThat(few.maskedFrames()).hasSize(2 * 6);
      assertThat(many.maskedFrames()).hasSize(2 * 7);
      assertThat(wide.maskedFrames()).hasSize(2 * 3);
      check(wide.maskedFrames(), 99, 1000);
      widest = Math.max(widest, wide.maskedFrames()[1] - wide.maskedFrames()[0]);
    }
    assertThat(widest).isGreaterThan(50);
  }

  @Test
  void aMaskCanHaveTheMeanOfTheUtterance() {
    // Given
    SpecAugmentation drawn = new SpecAugmentation(2, 0, 0, new int[0], new int[] {0, 1}, true);
    short[] features = new short[2 * BINS];
    Arrays.fill(features, 0, BINS, Float16.fromFloat(3));
    Arrays.fill(features, BINS, 2 * BINS, Float16.fromFloat(1));
    // When
    drawn.mask(features);
    // Then
    assertThat(Float16.toFloat(features[7])).isEqualTo(2);
    assertThat(Float16.toFloat(features[BINS + 7])).isEqualTo(1);
  }

  @Test
  void whatIsMaskedIsZeroAndNothingElseChanges() {
    // Given
    SpecAugmentation drawn =
        new SpecAugmentation(
            50, 0, 0, new int[] {10, 20, 150, 161}, new int[] {5, 8, 49, 50}, false);
    short[] features = new short[50 * BINS];
    Arrays.fill(features, (short) 1);
    // When
    drawn.mask(features);
    // Then
    for (int frame = 0; frame < 50; frame++) {
      for (int bin = 0; bin < BINS; bin++) {
        boolean masked =
            (bin >= 10 && bin < 20) || bin >= 150 || (frame >= 5 && frame < 8) || frame == 49;
        assertThat(features[frame * BINS + bin]).isEqualTo((short) (masked ? 0 : 1));
      }
    }
  }

  @Test
  void warpingKeepsTheEndsAndTheOrderOfTimeAndMovesTheCentreByAtMostW() {
    // Given
    int frames = 300;
    float[] time = new float[frames * BINS];
    for (int i = 0; i < time.length; i++) {
      time[i] = Math.floorDiv(i, BINS);
    }
    SpecAugment asked = new SpecAugment(0, 0, 0, 0, 1, 80, 0, 0, 20, false);
    float furthest = 0;
    for (int seed = 0; seed < 100; seed++) {
      SpecAugmentation drawn = asked.draw(EpochRandom.ofState(seed), frames, 1);
      float[] warped = new float[frames * BINS];
      // When
      drawn.warp(time, warped);
      // Then
      assertThat(warped[0]).isZero();
      assertThat(warped[warped.length - 1]).isCloseTo(frames - 1, within(1e-3f));
      for (int frame = 1; frame < frames; frame++) {
        float here = warped[frame * BINS];
        assertThat(here).isGreaterThan(warped[(frame - 1) * BINS]);
        assertThat(warped[frame * BINS + 160]).isEqualTo(here);
        furthest = Math.max(furthest, Math.abs(here - frame));
      }
    }
    assertThat(furthest).isBetween(60f, 80.001f);
  }

  @Test
  void theCentreComesToLieWhereItMovesTo() {
    // Given
    float[] features = new float[101 * BINS];
    Arrays.fill(features, 40 * BINS, 41 * BINS, 1);
    float[] warped = new float[101 * BINS];
    // When
    new SpecAugmentation(101, 40, 60, new int[0], new int[0], false).warp(features, warped);
    // Then
    assertThat(warped[60 * BINS]).isEqualTo(1);
    assertThat(warped[57 * BINS]).isZero();
    assertThat(warped[61 * BINS]).isZero();
  }

  @Test
  void anUtteranceTooShortIsNotWarped() {
    // Given
    SpecAugment asked = new SpecAugment(0, 0, 0, 0, 1, 80, 0, 0, 20, false);
    // When
    long warped = 0;
    for (int seed = 0; seed < 100; seed++) {
      warped += asked.draw(EpochRandom.ofState(seed), 162, 1).warps() ? 1 : 0;
    }
    // Then
    assertThat(warped).isZero();
    assertThat(asked.draw(EpochRandom.ofState(1), 163, 1).warps()).isTrue();
  }

  @Test
  void theStrengthScalesTheWidthsAndTheWarping() {
    // Given
    SpecAugment asked = new SpecAugment(100, 100, 1, 1, 1, 80, 0, 0, 20, false);
    for (int seed = 0; seed < 100; seed++) {
      // When
      SpecAugmentation tenth = asked.draw(EpochRandom.ofState(seed), 400, 0.1);
      // Then
      check(tenth.bins(), 9, BINS);
      check(tenth.maskedFrames(), 9, 400);
    }
    SpecAugmentation none = asked.draw(EpochRandom.ofState(1), 400, 0);
    assertThat(none.warps()).isFalse();
    check(none.bins(), 0, BINS);
    check(none.maskedFrames(), 0, 400);
  }

  @Test
  void whatAnEntryLeavesOutHasTheSeedsDefault() throws Exception {
    // Given
    String params = "\"F\": 10, \"T\": 50.0, \"n_freq_masks\": 2, \"n_time_masks\": 1";
    // When
    Perturbation read = SingleEntry.read("specaug", params);
    // Then
    assertThat(read).isEqualTo(new SpecAugment(10, 50, 2, 1, 1, 40, 0, 0, 20, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "F": 162, "T": 1, "n_freq_masks": 1, "n_time_masks": 1 \
          | F is 162; allowed: a whole number from 0 to 161
          "F": 1, "T": 1, "n_freq_masks": 1 \
          | n_time_masks is missing; allowed: a whole number from 0 to 1000
          """)
  void whatIsWrongOrMissingIsRefused(String params, String complaint) {
    // Given
    // When
    // Then
    assertThatThrownBy(() -> SingleEntry.read("specaug", params))
        .hasMessage("a.json: entry 1 (specaug): " + complaint);
  }

  private static void check(int[] masks, int widest, int end) {
    for (int i = 0; i < masks.length; i += 2) {
      assertThat(masks[i]).isBetween(0, end);
      assertThat(masks[i + 1]).isBetween(masks[i], Math.min(end, masks[i] + widest));
    }
  }
}
