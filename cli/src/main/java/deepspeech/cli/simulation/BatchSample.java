package deepspeech.cli.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Batches of utterances with random lengths, as {@code batch_shuffle} makes them: utterances of
 * similar length share a batch, and batches come in random order. Lengths are log-normal with a
 * standard deviation of half the mean. Longer ones than {@code max_duration} are drawn again.
 */
final class BatchSample {
  /** The default of {@code max_duration}. */
  static final double LONGEST_SECONDS = 20;

  /** Standard deviation of the lengths, relative to their mean. */
  static final double RELATIVE_DEVIATION = 0.5;

  /** Number of different batches. */
  static final int BATCHES = 100;

  private final List<SampledBatch> batches;

  private BatchSample(List<SampledBatch> batches) {
    this.batches = batches;
  }

  /**
   * Draws batches.
   *
   * @param meanSeconds mean length of the utterances, above 0
   * @param utterances utterances of a batch on each device, from 1
   * @param devices devices that share a batch, from 1
   */
  static BatchSample draw(double meanSeconds, int utterances, int devices, long seed) {
    int size = utterances * devices;
    double[] lengths = lengths(meanSeconds, BATCHES * size, new Random(seed));
    Arrays.sort(lengths);
    List<SampledBatch> batches = new ArrayList<>();
    for (int from = 0; from < lengths.length; from += size) {
      // Lengths ascend, so the last device has the longest utterances.
      int lastShare = from + size - utterances;
      batches.add(
          new SampledBatch(
              size, sum(lengths, from, from + size), sum(lengths, lastShare, from + size)));
    }
    return new BatchSample(batches);
  }

  private static double[] lengths(double meanSeconds, int count, Random random) {
    double variance = Math.log(1 + RELATIVE_DEVIATION * RELATIVE_DEVIATION);
    double location = Math.log(meanSeconds) - variance / 2;
    double[] lengths = new double[count];
    for (int i = 0; i < count; i++) {
      do {
        lengths[i] = StrictMath.exp(location + StrictMath.sqrt(variance) * random.nextGaussian());
      } while (lengths[i] > LONGEST_SECONDS);
    }
    return lengths;
  }

  private static double sum(double[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum;
  }

  /** The batches, from the shortest utterances to the longest. */
  List<SampledBatch> batches() {
    return Collections.unmodifiableList(batches);
  }

  /** Mean seconds of audio of a batch. */
  double meanSeconds() {
    return batches.stream().mapToDouble(SampledBatch::seconds).average().orElseThrow();
  }

  /**
   * A sequence of batches in random order. Each {@link #BATCHES} in a row have every batch once.
   *
   * @param count length of the sequence
   */
  List<SampledBatch> sequence(int count, long seed) {
    Random random = new Random(seed);
    List<SampledBatch> sequence = new ArrayList<>();
    while (sequence.size() < count) {
      List<SampledBatch> shuffled = new ArrayList<>(batches);
      Collections.shuffle(shuffled, random);
      sequence.addAll(shuffled);
    }
    return sequence.subList(0, count);
  }
}
