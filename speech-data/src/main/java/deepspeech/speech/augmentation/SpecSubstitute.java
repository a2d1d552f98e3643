package deepspeech.speech.augmentation;

import static deepspeech.speech.features.FeatureShape.BINS;

import deepspeech.speech.batching.EpochRandom;

/**
 * Replaces stretches of an utterance with earlier ones (Wu et al., "U2++: Unified two-pass
 * bidirectional end-to-end model for speech recognition", 2021, section 2.3). The strength scales
 * the width.
 *
 * @param width largest number of frames in a stretch; a stretch has at least one
 * @param stretches number of stretches
 */
record SpecSubstitute(int width, int stretches) implements FeaturePerturbation {
  private static final int MOST_STRETCHES = 1000;

  /** Reads the parameters under the names of any of the Python projects. */
  static SpecSubstitute read(Fields params) {
    return new SpecSubstitute(
        params.whole(params.either("max_t", "max_time"), 0, MOST_FRAMES),
        params.whole(params.either("num_t_sub", "num_time_sub"), 0, MOST_STRETCHES));
  }

  @Override
  public DrawnFeatures draw(EpochRandom random, int frames, double strength) {
    int widest = (int) (strength * width);
    int[] starts = new int[stretches];
    int[] lengths = new int[stretches];
    int[] sources = new int[stretches];
    for (int i = 0; i < stretches; i++) {
      starts[i] = (int) (frames * random.nextDouble());
      int length = widest == 0 ? 0 : 1 + (int) (widest * random.nextDouble());
      lengths[i] = Math.min(length, frames - starts[i]);
      sources[i] = (int) ((starts[i] + 1) * random.nextDouble());
    }
    return features -> substitute(features, starts, lengths, sources);
  }

  private static void substitute(short[] features, int[] starts, int[] lengths, int[] sources) {
    short[] original = features.clone();
    for (int i = 0; i < starts.length; i++) {
      System.arraycopy(original, sources[i] * BINS, features, starts[i] * BINS, lengths[i] * BINS);
    }
  }
}
