package deepspeech.speech.features;

import static deepspeech.speech.features.FeatureShape.BINS;

/** Mean and standard deviation of each frequency bin over a data set. Immutable. */
public final class MeanStd {
  private final double[] mean;
  private final double[] std;

  /**
   * Takes the statistics.
   *
   * @param mean 161 finite values
   * @param std 161 finite values greater than 0
   */
  public MeanStd(double[] mean, double[] std) {
    checkLength("mean", mean);
    checkLength("std", std);
    for (int bin = 0; bin < BINS; bin++) {
      if (!Double.isFinite(mean[bin])) {
        throw new IllegalArgumentException(
            "mean[%d] is %s; it must be a finite number".formatted(bin, mean[bin]));
      }
      // A deviation that is not a positive normal float would make features infinite.
      if (!Double.isFinite(std[bin]) || !((float) std[bin] >= Float.MIN_NORMAL)) {
        throw new IllegalArgumentException(
            "std[%d] is %s; it must be a finite number greater than 0".formatted(bin, std[bin]));
      }
    }
    this.mean = mean.clone();
    this.std = std.clone();
  }

  private static void checkLength(String name, double[] values) {
    if (values.length != BINS) {
      throw new IllegalArgumentException(
          "%s has %d values; it must have %d, one a frequency bin"
              .formatted(name, values.length, BINS));
    }
  }

  /** Returns the mean of a bin; {@code bin} is from 0 to 160. */
  public double mean(int bin) {
    return mean[bin];
  }

  /** Returns the standard deviation of a bin; {@code bin} is from 0 to 160. */
  public double std(int bin) {
    return std[bin];
  }

  /** The 161 means; a copy. */
  public double[] means() {
    return mean.clone();
  }

  /** The 161 standard deviations; a copy. */
  public double[] stds() {
    return std.clone();
  }
}
