package deepspeech.speech.batching;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.BatchWidth;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Batches of utterances of similar duration, each as large as fits. On each device the width of a
 * batch (the frames of its longest utterance, see {@link BatchWidth}) times its number of
 * utterances is at most a given number of frames. The limit also holds if some utterances turn out
 * to be unusable and the trainer distributes the rest to the devices, because it does not depend on
 * which device gets which utterance.
 *
 * <p>In the first epoch the longest utterances come first, and each batch is filled before the
 * next. In later epochs:
 *
 * <ul>
 *   <li>A batch shuffle sorts by duration, shortest first. It skips a random number of utterances,
 *       fewer than fit into the first batch, and fills batch after batch with the rest. The full
 *       batches come in random order. They are followed by the longest utterances if these do not
 *       fill a batch, and by the skipped ones. The clipped batch shuffle drops both of these,
 *       unless nothing else is left.
 *   <li>An instance shuffle puts the utterances in random order and divides them into pools of
 *       about {@value #BATCHES_IN_A_POOL} batches. Each pool is sorted by duration and cut into
 *       batches. Utterances that do not fill a batch go to the next pool. All batches then come in
 *       random order. This is dynamic bucketing, as in lhotse's {@code DynamicBucketingSampler} and
 *       in the pooled iterators of fairseq and torchtext: an utterance is batched with different
 *       utterances in each epoch, and padding stays small.
 * </ul>
 */
final class FrameBatches implements BatchPlan {
  private static final int BATCHES_IN_A_POOL = 16;

  private final int[] frames;
  private final int maxBatchFrames;
  private final int devices;
  private final ShuffleMethod shuffleMethod;
  private final int seed;
  private final int[] shortestFirst;
  private final int[] longestFirst;

  FrameBatches(
      double[] durations, int maxBatchFrames, int devices, ShuffleMethod shuffleMethod, int seed) {
    this.frames = Arrays.stream(durations).mapToInt(BatchWidth::frames).toArray();
    this.maxBatchFrames = maxBatchFrames;
    this.devices = devices;
    this.shuffleMethod = shuffleMethod;
    this.seed = seed;
    this.shortestFirst = DurationOrder.shortestFirst(durations);
    this.longestFirst = DurationOrder.longestFirst(durations);
    int longest = BatchWidth.of(Arrays.stream(frames).max().orElse(0));
    InvalidMessageException.require(
        longest <= maxBatchFrames,
        "max_batch_frames",
        maxBatchFrames,
        "at least %d, which the longest utterance has".formatted(longest));
  }

  @Override
  public int batches(int epoch) {
    return epoch(epoch).count();
  }

  @Override
  public EpochBatches epoch(int epoch) {
    if (epoch < 1) {
      throw new IllegalArgumentException("epoch is " + epoch + "; it must be at least 1");
    }
    Cut cut = new Cut(frames.length);
    if (epoch == 1) {
      cut.longestFirst(longestFirst, frames.length, true);
      return cut.batches();
    }
    EpochRandom random = EpochRandom.of(seed, epoch);
    return shuffleMethod == ShuffleMethod.INSTANCE_SHUFFLE
        ? pooled(cut, random)
        : shuffledBatches(cut, random);
  }

  @Override
  public PlanOverview overview(int epochs) {
    int[] counts = new int[epochs];
    BatchRectangle largest = new BatchRectangle(0, 0);
    for (int epoch = 1; epoch <= epochs; epoch++) {
      EpochBatches batches = epoch(epoch);
      counts[epoch - 1] = batches.count();
      int from = 0;
      for (int to : batches.ends()) {
        int longest = 0;
        for (int i = from; i < to; i++) {
          longest = Math.max(longest, frames[batches.order()[i]]);
        }
        BatchRectangle batch = new BatchRectangle(to - from, longest);
        if (framesOnADevice(batch) > framesOnADevice(largest)) {
          largest = batch;
        }
        from = to;
      }
    }
    return new PlanOverview(counts, largest);
  }

  private long framesOnADevice(BatchRectangle batch) {
    return (batch.utterances() + devices - 1L) / devices * BatchWidth.of(batch.frames());
  }

  /** The largest number of utterances in a batch whose longest utterance is the given one. */
  private long capacity(int longest) {
    return (long) (maxBatchFrames / BatchWidth.of(frames[longest])) * devices;
  }

  private EpochBatches shuffledBatches(Cut cut, EpochRandom random) {
    int[] sorted = shuffledInWidths(random);
    int skipped = sorted.length == 0 ? 0 : random.nextInt(endOfBatch(sorted, 0));
    int from = skipped;
    while (from < sorted.length) {
      int to = endOfBatch(sorted, from);
      if (to == sorted.length && to - from < capacity(sorted[to - 1])) {
        break;
      }
      cut.add(sorted, from, to);
      from = to;
    }
    boolean clipped = shuffleMethod == ShuffleMethod.BATCH_SHUFFLE_CLIPPED && cut.count() > 0;
    cut.shuffle(random);
    if (!clipped) {
      cut.add(sorted, from, sorted.length);
      cut.add(sorted, 0, skipped);
    }
    return cut.batches();
  }

  /**
   * Shuffles utterances of the same batch width. The random offset alone is not enough: the batch
   * boundaries soon coincide, whatever the offset.
   */
  private int[] shuffledInWidths(EpochRandom random) {
    int[] order = shortestFirst.clone();
    int from = 0;
    while (from < order.length) {
      int width = BatchWidth.of(frames[order[from]]);
      int to = from + 1;
      while (to < order.length && BatchWidth.of(frames[order[to]]) == width) {
        to++;
      }
      random.shuffle(order, from, to);
      from = to;
    }
    return order;
  }

  private int endOfBatch(int[] sorted, int from) {
    int to = from + 1;
    while (to < sorted.length && to + 1 - from <= capacity(sorted[to])) {
      to++;
    }
    return to;
  }

  private EpochBatches pooled(Cut cut, EpochRandom random) {
    int[] order = IntStream.range(0, frames.length).toArray();
    random.shuffle(order);
    long poolFrames = (long) BATCHES_IN_A_POOL * devices * maxBatchFrames;
    int from = 0;
    int next = 0;
    while (from < order.length) {
      long pooled = 0;
      while (next < order.length && pooled < poolFrames) {
        pooled += BatchWidth.of(frames[order[next]]);
        next++;
      }
      int[] pool = sortedLongestFirst(order, from, next);
      int used = cut.longestFirst(pool, pool.length, next == order.length);
      // Utterances that fill no batch are at the end of the pool, where the next pool begins.
      System.arraycopy(pool, used, order, from + used, pool.length - used);
      from += used;
    }
    cut.shuffle(random);
    return cut.batches();
  }

  /**
   * Sorts a pool, longest first. Utterances with the same number of frames keep their random order.
   */
  private int[] sortedLongestFirst(int[] order, int from, int to) {
    long[] keys = new long[to - from];
    for (int i = from; i < to; i++) {
      keys[i - from] = (long) (Integer.MAX_VALUE - frames[order[i]]) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> order[(int) key]).toArray();
  }

  /** Collects the batches of an epoch. */
  private final class Cut {
    private int[] order;
    private int[] ends = new int[16];
    private int size;
    private int count;

    Cut(int utterances) {
      order = new int[utterances];
    }

    int count() {
      return count;
    }

    /** Adds a batch, unless it is empty. */
    void add(int[] source, int from, int to) {
      if (from == to) {
        return;
      }
      System.arraycopy(source, from, order, size, to - from);
      size += to - from;
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, 2 * count + 1);
      }
      ends[count++] = size;
    }

    /**
     * Fills batch after batch.
     *
     * @param all whether the last batch may be partly filled
     * @return number of utterances of {@code source} that are in batches
     */
    int longestFirst(int[] source, int utterances, boolean all) {
      int from = 0;
      while (from < utterances) {
        long to = from + capacity(source[from]);
        if (to > utterances && !all) {
          break;
        }
        add(source, from, (int) Math.min(to, utterances));
        from = (int) Math.min(to, utterances);
      }
      return from;
    }

    /** Shuffles the batches added so far. */
    void shuffle(EpochRandom random) {
      int[] batches = IntStream.range(0, count).toArray();
      random.shuffle(batches);
      int[] shuffled = new int[order.length];
      int[] shuffledEnds = new int[count];
      int end = 0;
      for (int b = 0; b < count; b++) {
        int start = batches[b] == 0 ? 0 : ends[batches[b] - 1];
        int length = ends[batches[b]] - start;
        System.arraycopy(order, start, shuffled, end, length);
        end += length;
        shuffledEnds[b] = end;
      }
      order = shuffled;
      ends = shuffledEnds;
    }

    EpochBatches batches() {
      return new EpochBatches(Arrays.copyOf(order, size), Arrays.copyOf(ends, count));
    }
  }
}
