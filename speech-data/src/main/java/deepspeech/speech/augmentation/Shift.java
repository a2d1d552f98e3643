package deepspeech.speech.augmentation;

import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import deepspeech.messages.features.DataSpecification;
import java.util.Arrays;

/**
 * Shifts audio in time and fills the gap with zeros, like the Python project's {@code
 * AudioSegment.shift}. The length stays the same. A shift that would leave only zeros is not
 * applied.
 *
 * @param milliseconds range of the shift; a positive shift moves the audio earlier and drops its
 *     beginning, a negative shift moves it later and drops its end; the strength scales the shift
 */
record Shift(Range milliseconds) implements WaveformPerturbation {
  private static final double MOST_MS = 1000 * DataSpecification.LONGEST_UTTERANCE_SECONDS;

  static Shift read(Fields params) {
    return new Shift(params.range("min_shift_ms", "max_shift_ms", -MOST_MS, MOST_MS));
  }

  @Override
  public void apply(WorkingAudio audio, Draw draw) {
    double drawn = draw.strength() * milliseconds.draw(draw.random());
    int shift = (int) (drawn * SAMPLE_RATE / 1000);
    int length = audio.length();
    int overlap = length - Math.abs(shift);
    int from = Math.max(0, shift);
    int to = Math.max(0, -shift);
    float[] samples = audio.samples();
    if (shift == 0 || overlap <= 0 || isSilent(samples, from, from + overlap)) {
      return;
    }
    float[] moved = audio.scratch(length);
    Arrays.fill(moved, 0, to, 0);
    System.arraycopy(samples, from, moved, to, overlap);
    Arrays.fill(moved, to + overlap, length, 0);
    audio.replace(moved, length);
  }

  private static boolean isSilent(float[] samples, int from, int to) {
    for (int i = from; i < to; i++) {
      if (samples[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
