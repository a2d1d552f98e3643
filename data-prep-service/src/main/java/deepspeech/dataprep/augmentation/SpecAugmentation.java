package deepspeech.dataprep.augmentation;

import static deepspeech.dataprep.features.FeatureShape.BINS;

import java.util.Arrays;

/** What {@link SpecAugment} drew for one utterance. */
public final class SpecAugmentation {
  private final int frames;
  private final int centre;
  private final int moved;
  private final int[] bins;
  private final int[] masked;

  /**
   * Holds a draw.
   *
   * @param frames of the utterance
   * @param centre the frame that moves; 0 for no warping
   * @param moved where it moves to, from 1 to {@code frames - 2}
   * @param bins first bin and the one after the last, mask after mask
   * @param masked first frame and the one after the last, mask after mask
   */
  SpecAugmentation(int frames, int centre, int moved, int[] bins, int[] masked) {
    this.frames = frames;
    this.centre = centre;
    this.moved = moved;
    this.bins = bins.clone();
    this.masked = masked.clone();
  }

  /** Whether {@link #warp} does anything. */
  public boolean warps() {
    return centre != moved;
  }

  /**
   * Warps time: what was at the centre comes to lie where that moves to, first and last frame stay,
   * and between them time runs evenly, with linear interpolation between frames.
   *
   * @param features [frames, 161], normalised or yet to be
   * @param warped receives [frames, 161]; another array
   */
  public void warp(float[] features, float[] warped) {
    int last = frames - 1;
    for (int frame = 0; frame < frames; frame++) {
      double position =
          frame <= moved
              ? (double) frame * centre / moved
              : centre + (double) (frame - moved) * (last - centre) / (last - moved);
      int left = Math.min((int) position, last - 1);
      interpolate(features, left * BINS, (float) (position - left), warped, frame * BINS);
    }
  }

  private static void interpolate(float[] source, int left, float part, float[] target, int at) {
    for (int bin = 0; bin < BINS; bin++) {
      float value = source[left + bin];
      target[at + bin] = value + part * (source[left + BINS + bin] - value);
    }
  }

  /**
   * Puts 0, the mean, into what is masked.
   *
   * @param features normalised, [frames, 161] as IEEE half floats
   */
  public void mask(short[] features) {
    for (int i = 0; i < bins.length; i += 2) {
      if (bins[i] < bins[i + 1]) {
        for (int frame = 0; frame < frames; frame++) {
          Arrays.fill(features, frame * BINS + bins[i], frame * BINS + bins[i + 1], (short) 0);
        }
      }
    }
    for (int i = 0; i < masked.length; i += 2) {
      Arrays.fill(features, masked[i] * BINS, masked[i + 1] * BINS, (short) 0);
    }
  }

  /** First bin and the one after the last, mask after mask; a copy. */
  int[] bins() {
    return bins.clone();
  }

  /** First frame and the one after the last, mask after mask; a copy. */
  int[] maskedFrames() {
    return masked.clone();
  }
}
