package deepspeech.speech.batching;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.BatchWidth;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Batches of utterances of similar duration, as many as fit: on each device the width of a batch
 * (its longest utterance's frames, see {@link BatchWidth}) times its utterances is at most a given
 * number of frames. It is so too when an utterance turns out to be unusable and the trainer deals
 * the rest out to the devices: no bound depends on which device gets which.
 *
 * <p>First epoch: longest first, each batch filled before the next. Later epochs:
 *
 * <ul>
 *   <li>A batch shuffle sorts by duration, shortest first, skips a random number of utterances,
 *       less than fit the first batch, and fills batch after batch with the rest. The full batches
 *       come in random order, then the longest utterances if they fill no batch, then the skipped
 *       ones. The clipped one drops these two, unless nothing else is left.
 *   <li>An instance shuffle puts the utterances in random order and takes them from there in pools
 *       of some {@value #BATCHES_IN_A_POOL} batches. A pool is sorted and cut, what fills no batch
 *       goes to the next pool, and all batches come in random order. This is the dynamic bucketing
 *       of the field (lhotse's {@code DynamicBucketingSampler}, fairseq's and torchtext's pooled
 *       iterators): an utterance meets other ones each epoch, and padding stays small.
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

  /** How many utterances a batch can hold whose longest is a given one. */
  private long room(int longest) {
    return (long) (maxBatchFrames / BatchWidth.of(frames[longest])) * devices;
  }

  private EpochBatches shuffledBatches(Cut cut, EpochRandom random) {
    int[] sorted = shuffledInWidths(random);
    int skipped = sorted.length == 0 ? 0 : random.nextInt(endOfBatch(sorted, 0));
    int from = skipped;
    while (from < sorted.length) {
      int to = endOfBatch(sorted, from);
      if (to == sorted.length && to - from < room(sorted[to - 1])) {
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

  /** The offset alone would not do: wherever they begin, cuts soon fall on the same places. */
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
    while (to < sorted.length && to + 1 - from <= room(sorted[to])) {
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
      // What fills no batch lies at the end of the pool, where the next one begins.
      System.arraycopy(pool, used, order, from + used, pool.length - used);
      from += used;
    }
    cut.shuffle(random);
    return cut.batches();
  }

  /** Utterances of as many frames stay in their random order. */
  private int[] sortedLongestFirst(int[] order, int from, int to) {
    long[] keys = new long[to - from];
    for (int i = from; i < to; i++) {
      keys[i - from] = (long) (Integer.MAX_VALUE - frames[order[i]]) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> order[(int) key]).toArray();
  }

  /** Batches being cut. */
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
     * @param all whether the last one may be less than full
     * @return how many utterances are in batches now
     */
    int longestFirst(int[] source, int utterances, boolean all) {
      int from = 0;
      while (from < utterances) {
        long to = from + room(source[from]);
        if (to > utterances && !all) {
          break;
        }
        add(source, from, (int) Math.min(to, utterances));
        from = (int) Math.min(to, utterances);
      }
      return from;
    }

    /** Puts the batches so far in random order. */
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
