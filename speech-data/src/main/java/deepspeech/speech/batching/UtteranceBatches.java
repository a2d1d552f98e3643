package deepspeech.speech.batching;

import deepspeech.messages.features.BatchWidth;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Batches of a fixed number of utterances, as in the Python project's {@code DataGenerator} and
 * originally in Baidu's DeepSpeech. After the first epoch, an instance shuffle is a random order. A
 * batch shuffle sorts by duration, shortest first, skips a random number of utterances below the
 * batch size, cuts the rest into full batches and shuffles these. The utterances after the last
 * full batch and the skipped ones follow. The clipped batch shuffle drops them instead, unless that
 * would drop every utterance.
 */
final class UtteranceBatches implements BatchPlan {
  private final double[] durations;
  private final int batchSize;
  private final ShuffleMethod shuffleMethod;
  private final int seed;
  private final boolean shuffled;

  UtteranceBatches(
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

  @Override
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

  @Override
  public EpochBatches epoch(int epoch) {
    return EpochBatches.ofSize(order(epoch), batchSize);
  }

  /**
   * Summarises the first epochs. The first batch of the first epoch has the longest utterances, and
   * no batch has more utterances.
   */
  @Override
  public PlanOverview overview(int epochs) {
    return new PlanOverview(
        IntStream.rangeClosed(1, epochs).map(this::batches).toArray(),
        new BatchRectangle(
            Math.min(batchSize, durations.length),
            BatchWidth.frames(Arrays.stream(durations).max().orElse(0))));
  }

  private int[] order(int epoch) {
    if (epoch < 1) {
      throw new IllegalArgumentException("epoch is " + epoch + "; it must be at least 1");
    }
    if (!isShuffled(epoch)) {
      return DurationOrder.longestFirst(durations);
    }
    EpochRandom random = EpochRandom.of(seed, epoch);
    if (shuffleMethod == ShuffleMethod.INSTANCE_SHUFFLE) {
      int[] order = IntStream.range(0, durations.length).toArray();
      random.shuffle(order);
      return order;
    }
    return shuffledBatches(random);
  }

  private boolean isShuffled(int epoch) {
    return shuffled && epoch > 1;
  }

  private int skipped(EpochRandom random) {
    return Math.min(random.nextInt(batchSize), durations.length);
  }

  private int[] shuffledBatches(EpochRandom random) {
    int[] sorted = DurationOrder.shortestFirst(durations);
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
}
