package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.speech.batching.EpochRandom;
import org.junit.jupiter.api.Test;

class SpecSubstituteTest {
  private static final int BINS = 161;
  private static final int FRAMES = 200;

  @Test
  void substitutionPutsStretchesOfThePastInThePlaceOfLaterOnes() {
    // Given
    SpecSubstitute asked = new SpecSubstitute(10, 3);
    int changed = 0;
    for (int seed = 0; seed < 100; seed++) {
      short[] features = numbered();
      // When
      asked.draw(EpochRandom.ofState(seed), FRAMES, 1).mask(features);
      // Then
      for (int frame = 0; frame < FRAMES; frame++) {
        short source = features[frame * BINS];
        assertThat(source).isBetween((short) 0, (short) frame);
        assertThat(features[frame * BINS + BINS - 1]).isEqualTo(source);
        changed += source == frame ? 0 : 1;
      }
    }
    assertThat(changed / 100.0).isBetween(10.0, 20.0);
  }

  @Test
  void theStrengthScalesTheWidth() {
    // Given
    SpecSubstitute asked = new SpecSubstitute(100, 1);
    for (int seed = 0; seed < 100; seed++) {
      short[] tenth = numbered();
      short[] none = numbered();
      // When
      asked.draw(EpochRandom.ofState(seed), FRAMES, 0.1).mask(tenth);
      asked.draw(EpochRandom.ofState(seed), FRAMES, 0).mask(none);
      // Then
      int changed = 0;
      for (int frame = 0; frame < FRAMES; frame++) {
        changed += tenth[frame * BINS] == frame ? 0 : 1;
      }
      assertThat(changed).isBetween(0, 10);
      assertThat(none).isEqualTo(numbered());
    }
  }

  @Test
  void widthAndNumberOfStretchesAreRead() throws Exception {
    // Given
    String params = "\"max_t\": 3000, \"num_t_sub\": 0";
    // When
    Perturbation read = SingleEntry.read("specsub", params);
    // Then
    assertThat(read).isEqualTo(new SpecSubstitute(3000, 0));
  }

  @Test
  void aWidthAboveTheLongestUtteranceIsRefused() {
    // Given
    String params = "\"max_t\": 3001, \"num_t_sub\": 1";
    // When
    // Then
    assertThatThrownBy(() -> SingleEntry.read("specsub", params))
        .hasMessage(
            "a.json: entry 1 (specsub): max_t is 3001; allowed: a whole number from 0 to 3000");
  }

  /** Features that are each the number of their frame. */
  private static short[] numbered() {
    short[] features = new short[FRAMES * BINS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (short) (i / BINS);
    }
    return features;
  }
}
