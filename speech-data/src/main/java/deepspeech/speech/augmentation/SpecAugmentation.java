package deepspeech.speech.augmentation;

import static deepspeech.speech.features.FeatureShape.BINS;

import deepspeech.speech.features.Float16;
import java.util.Arrays;

/** The warping and the masks that {@link SpecAugment} drew for one utterance. */
public final class SpecAugmentation implements DrawnFeatures {
  private final int frames;
  private final int centre;
  private final int moved;
  private final int[] bins;
  private final int[] masked;
  private final boolean meanMasks;

  /**
   * Stores a draw.
   *
   * @param frames number of frames of the utterance
   * @param centre the frame that moves; 0 for no warping
   * @param moved target of the frame, from 1 to {@code frames - 2}; 0 for no warping
   * @param bins first bin (inclusive) and last bin (exclusive) of each frequency mask
   * @param masked first frame (inclusive) and last frame (exclusive) of each time mask
   * @param meanMasks whether masks are filled with the mean of the utterance's features in place of
   *     0
   */
  SpecAugmentation(int frames, int centre, int moved, int[] bins, int[] masked, boolean meanMasks) {
    this.frames = frames;
    this.centre = centre;
    this.moved = moved;
    this.bins = bins.clone();
    this.masked = masked.clone();
    this.meanMasks = meanMasks;
  }

  @Override
  public boolean warps() {
    return centre != moved;
  }

  /**
   * Warps the time axis. The centre frame moves to its target, and the first and the last frame
   * stay. Between these points the time axis is stretched evenly, with linear interpolation between
   * frames.
   *
   * @param features [frames, 161], normalised or not
   * @param warped receives [frames, 161]; must be another array
   */
  @Override
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
   * Fills the masks with 0, which is the mean of the training set, or with the mean of the
   * features.
   */
  @Override
  public void mask(short[] features) {
    short value = meanMasks ? mean(features) : 0;
    for (int i = 0; i < bins.length; i += 2) {
      if (bins[i] < bins[i + 1]) {
        for (int frame = 0; frame < frames; frame++) {
          Arrays.fill(features, frame * BINS + bins[i], frame * BINS + bins[i + 1], value);
        }
      }
    }
    for (int i = 0; i < masked.length; i += 2) {
      Arrays.fill(features, masked[i] * BINS, masked[i + 1] * BINS, value);
    }
  }

  private short mean(short[] features) {
    double sum = 0;
    for (int i = 0; i < frames * BINS; i++) {
      sum += Float16.toFloat(features[i]);
    }
    return Float16.fromFloat((float) (sum / (frames * BINS)));
  }

  /** First bin (inclusive) and last bin (exclusive) of each frequency mask; a copy. */
  int[] bins() {
    return bins.clone();
  }

  /** First frame (inclusive) and last frame (exclusive) of each time mask; a copy. */
  int[] maskedFrames() {
    return masked.clone();
  }
}
