package deepspeech.tools.prepare;

import static deepspeech.speech.features.FeatureShape.BINS;

import deepspeech.speech.features.MeanStd;
import java.util.Arrays;

/**
 * Count, mean and sum of squared deviations of each frequency bin, in float64.
 *
 * <p>Source: T. F. Chan, G. H. Golub and R. J. LeVeque, "Updating formulae and a pairwise algorithm
 * for computing sample variances" (1979). The result depends only on the order of the utterances.
 */
final class BinStatistics {
  private static final double LEAST_SHARE_OF_LARGEST = 0.1;

  private long frames;
  private final double[] mean = new double[BINS];
  private final double[] squares = new double[BINS];

  /**
   * Computes the statistics of one utterance.
   *
   * @param features {@code [frames, 161]}
   * @param frames from 1
   */
  static BinStatistics of(float[] features, int frames) {
    BinStatistics statistics = new BinStatistics();
    statistics.frames = frames;
    for (int at = 0; at < frames * BINS; at++) {
      statistics.mean[at % BINS] += features[at];
    }
    for (int bin = 0; bin < BINS; bin++) {
      statistics.mean[bin] /= frames;
    }
    for (int at = 0; at < frames * BINS; at++) {
      double deviation = features[at] - statistics.mean[at % BINS];
      statistics.squares[at % BINS] += deviation * deviation;
    }
    return statistics;
  }

  /** Adds the frames of other statistics. */
  void add(BinStatistics other) {
    long total = frames + other.frames;
    for (int bin = 0; bin < BINS; bin++) {
      double difference = other.mean[bin] - mean[bin];
      mean[bin] += difference * other.frames / total;
      squares[bin] += other.squares[bin] + difference * difference * frames / total * other.frames;
    }
    frames = total;
  }

  /** Returns the number of frames. */
  long frames() {
    return frames;
  }

  /**
   * Returns the mean and the standard deviation (of the population, as numpy's {@code std}). A bin
   * that hardly changes, such as one above the band of telephone speech, would become loud noise
   * after normalisation. Each deviation is therefore at least {@value #LEAST_SHARE_OF_LARGEST} of
   * the largest one.
   *
   * @throws IllegalArgumentException if no bin ever changes
   */
  MeanStd meanStd() {
    double[] std = new double[BINS];
    for (int bin = 0; bin < BINS; bin++) {
      std[bin] = Math.sqrt(squares[bin] / frames);
    }
    double least = LEAST_SHARE_OF_LARGEST * Arrays.stream(std).max().orElseThrow();
    return new MeanStd(mean, Arrays.stream(std).map(value -> Math.max(value, least)).toArray());
  }
}
