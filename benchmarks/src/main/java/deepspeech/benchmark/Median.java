package deepspeech.benchmark;

import java.util.List;

/** The median of measured values. */
public final class Median {
  private Median() {}

  /** Returns the upper median; NaN if there is no value. */
  public static double of(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(Double.NaN);
  }
}
