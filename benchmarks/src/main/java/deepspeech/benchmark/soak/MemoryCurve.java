package deepspeech.benchmark.soak;

import java.util.List;
import java.util.Locale;

/**
 * The memory of one process over the steps of a run.
 *
 * @param samples in the order of their times, one or more
 */
record MemoryCurve(String process, List<MemorySample> samples) {
  private static final double MEBIBYTE = 1 << 20;

  MemoryCurve {
    samples = List.copyOf(samples);
  }

  /** Memory that is in no file, in MiB. */
  static double mebibytes(MemorySample sample) {
    return sample.memory().anonymous() / MEBIBYTE;
  }

  double highest() {
    return samples.stream().mapToDouble(MemoryCurve::mebibytes).max().orElseThrow();
  }

  /** The slope of the straight line through the samples of these steps, in MiB per 1,000 steps. */
  double slope(long from, long to) {
    List<MemorySample> used =
        samples.stream().filter(sample -> sample.step() >= from && sample.step() <= to).toList();
    double meanStep = used.stream().mapToLong(MemorySample::step).average().orElse(0);
    double meanMemory = used.stream().mapToDouble(MemoryCurve::mebibytes).average().orElse(0);
    double products = 0;
    double squares = 0;
    for (MemorySample sample : used) {
      double distance = sample.step() - meanStep;
      products += distance * (mebibytes(sample) - meanMemory);
      squares += distance * distance;
    }
    return squares == 0 ? Double.NaN : 1000 * products / squares;
  }

  /**
   * One line with the memory at the start, in the middle and at the end, and the slopes.
   *
   * @param warm the step from which on the memory should be flat
   */
  String line(long warm) {
    MemorySample last = samples.get(samples.size() - 1);
    long middle = (warm + last.step()) / 2;
    return String.format(
        Locale.ROOT,
        "%-20s %6.0f MiB at step %d, %6.0f at %d, %6.0f at %d, peak of all pages %6.0f;"
            + " %+.2f MiB per 1,000 steps from %d, %+.2f from %d",
        process,
        mebibytes(at(warm)),
        at(warm).step(),
        mebibytes(at(middle)),
        at(middle).step(),
        mebibytes(last),
        last.step(),
        last.memory().peak() / MEBIBYTE,
        slope(warm, last.step()),
        warm,
        slope(middle, last.step()),
        middle);
  }

  private MemorySample at(long step) {
    return samples.stream()
        .filter(sample -> sample.step() >= step)
        .findFirst()
        .orElse(samples.get(samples.size() - 1));
  }
}
