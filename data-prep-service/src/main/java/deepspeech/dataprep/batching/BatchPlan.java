package deepspeech.dataprep.batching;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Which utterances are in which batch of which epoch.
 *
 * <p>As the seed's {@code DataGenerator} and before it Baidu's DeepSpeech: in the first epoch the
 * longest utterances come first (Amodei et al., "Deep Speech 2" (2016), 3.3, sort them the other
 * way round; the seed begins with the longest, so that a run that does not fit the memory fails at
 * once). Later epochs follow the {@link ShuffleMethod}: an instance shuffle is a random order; a
 * batch shuffle sorts by duration, shortest first, skips a random number of utterances below the
 * batch size, cuts the rest into full batches and puts these in random order; the utterances after
 * the last full batch and the skipped ones follow, or are dropped if the method is the clipped one.
 * Should that drop everything, nothing is dropped. Utterances of the same duration keep their
 * order.
 *
 * <p>Instances are immutable and can be shared between threads.
 */
public final class BatchPlan {
  private final double[] durations;
  private final int batchSize;
  private final ShuffleMethod shuffleMethod;
  private final int seed;
  private final boolean shuffled;

  private BatchPlan(
      double[] durations, int batchSize, ShuffleMethod shuffleMethod, int seed, boolean shuffled) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize is " + batchSize + "; it must be at least 1");
    }
    this.durations = durations.clone();
    this.batchSize = batchSize;
    this.shuffleMethod = shuffleMethod;
    this.seed = seed;
    this.shuffled = shuffled;
  }

  /**
   * The plan of a training split.
   *
   * @param durations of the utterances, seconds
   * @param batchSize utterances in a batch, at least 1
   * @param seed the only source of randomness beside the number of the epoch
   */
  public static BatchPlan training(
      double[] durations, int batchSize, ShuffleMethod shuffleMethod, int seed) {
    return new BatchPlan(durations, batchSize, shuffleMethod, seed, true);
  }

  /** The plan of a test split: every utterance in every epoch, the longest first. */
  public static BatchPlan test(double[] durations, int batchSize) {
    return new BatchPlan(durations, batchSize, ShuffleMethod.INSTANCE_SHUFFLE, 0, false);
  }

  /**
   * The number of batches in an epoch; the last one may be smaller.
   *
   * @param epoch from 1
   */
  public int batches(int epoch) {
    int utterances = durations.length;
    if (isShuffled(epoch) && shuffleMethod == ShuffleMethod.BATCH_SHUFFLE_CLIPPED) {
      int whole = (utterances - skipped(EpochRandom.of(seed, epoch))) / batchSize;
      if (whole > 0) {
        return whole;
      }
    }
    return (utterances + batchSize - 1) / batchSize;
  }

  /**
   * All utterances of an epoch in their order; batch {@code b} begins at {@code b * batchSize}.
   *
   * @param epoch from 1
   * @return indices of utterances; a new array
   */
  public int[] order(int epoch) {
    if (epoch < 1) {
      throw new IllegalArgumentException("epoch is " + epoch + "; it must be at least 1");
    }
    if (!isShuffled(epoch)) {
      return sorted(Comparator.comparingDouble((Integer i) -> durations[i]).reversed());
    }
    EpochRandom random = EpochRandom.of(seed, epoch);
    if (shuffleMethod == ShuffleMethod.INSTANCE_SHUFFLE) {
      int[] order = IntStream.range(0, durations.length).toArray();
      random.shuffle(order);
      return order;
    }
    return shuffledBatches(random);
  }

  /** Utterances in a batch. */
  public int batchSize() {
    return batchSize;
  }

  private boolean isShuffled(int epoch) {
    return shuffled && epoch > 1;
  }

  private int skipped(EpochRandom random) {
    return Math.min(random.nextInt(batchSize), durations.length);
  }

  private int[] shuffledBatches(EpochRandom random) {
    int[] sorted = sorted(Comparator.comparingDouble((Integer i) -> durations[i]));
    int skipped = skipped(random);
    int[] batches = IntStream.range(0, (sorted.length - skipped) / batchSize).toArray();
    random.shuffle(batches);
    boolean clipped = shuffleMethod == ShuffleMethod.BATCH_SHUFFLE_CLIPPED && batches.length > 0;
    int whole = batches.length * batchSize;
    int[] order = new int[clipped ? whole : sorted.length];
    for (int b = 0; b < batches.length; b++) {
      System.arraycopy(sorted, skipped + batches[b] * batchSize, order, b * batchSize, batchSize);
    }
    if (!clipped) {
      int rest = sorted.length - skipped - whole;
      System.arraycopy(sorted, skipped + whole, order, whole, rest);
      System.arraycopy(sorted, 0, order, whole + rest, skipped);
    }
    return order;
  }

  private int[] sorted(Comparator<Integer> comparator) {
    Integer[] indices = IntStream.range(0, durations.length).boxed().toArray(Integer[]::new);
    Arrays.sort(indices, comparator);
    return Arrays.stream(indices).mapToInt(Integer::intValue).toArray();
  }
}
