package deepspeech.speech.features;

import static deepspeech.speech.features.FeatureShape.BINS;

/**
 * Normalises each frequency bin to mean 0 and standard deviation 1 over the data set: {@code
 * (feature - mean) / std}.
 *
 * <p>Instances are immutable and can be shared between threads.
 */
public final class FeatureNormalizer {
  private final float[] mean = new float[BINS];
  private final float[] scale = new float[BINS];

  /** Takes the statistics of a data set. */
  public FeatureNormalizer(MeanStd statistics) {
    for (int bin = 0; bin < BINS; bin++) {
      mean[bin] = (float) statistics.mean(bin);
      scale[bin] = (float) (1 / statistics.std(bin));
    }
  }

  /**
   * Normalises features and rounds them to halves.
   *
   * @param features [frames, 161]
   * @param frames number of valid frames
   * @return [frames, 161] as IEEE half floats
   */
  public short[] normalize(float[] features, int frames) {
    short[] halves = new short[frames * BINS];
    for (int frame = 0; frame < frames; frame++) {
      normalize(features, halves, frame * BINS);
    }
    return halves;
  }

  private void normalize(float[] features, short[] halves, int first) {
    for (int bin = 0; bin < BINS; bin++) {
      halves[first + bin] = Float16.fromFloat((features[first + bin] - mean[bin]) * scale[bin]);
    }
  }
}
