package deepspeech.acoustic.optimizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The part of the trained weights that one device updates: a contiguous range of their values, if
 * the weights lie one after another.
 *
 * @param start values before the first one
 * @param slices the parts of the weights, in order; none if there are fewer values than devices
 */
public record Shard(int start, List<Slice> slices) {
  /**
   * Cuts are at multiples of this within a weight, so that the values of a slice take the same
   * places in vector registers and cache lines as those of the whole weight.
   */
  private static final int ALIGNMENT = 16;

  public Shard {
    slices = List.copyOf(slices);
  }

  /** Returns the number of values. */
  public int size() {
    return slices.stream().mapToInt(Slice::size).sum();
  }

  /** Returns the number of values of each slice. */
  public List<Integer> sizes() {
    return slices.stream().map(Slice::size).toList();
  }

  /**
   * Divides weights into shards of equal size, up to the alignment.
   *
   * @param sizes the number of values of each weight, in order
   */
  static List<Shard> divide(Map<String, Integer> sizes, int count) {
    List<Shard> shards = new ArrayList<>();
    long all = sizes.values().stream().mapToLong(Integer::longValue).sum();
    int start = 0;
    for (int i = 0; i < count; i++) {
      int end = i + 1 == count ? Math.toIntExact(all) : aligned(all * (i + 1) / count, sizes);
      shards.add(between(start, end, sizes));
      start = end;
    }
    return List.copyOf(shards);
  }

  /** The last cut that is not behind a place. */
  private static int aligned(long place, Map<String, Integer> sizes) {
    int start = 0;
    for (int size : sizes.values()) {
      if (place < start + (long) size) {
        return start + (int) (place - start) / ALIGNMENT * ALIGNMENT;
      }
      start += size;
    }
    return start;
  }

  private static Shard between(int from, int to, Map<String, Integer> sizes) {
    List<Slice> slices = new ArrayList<>();
    int start = 0;
    for (Map.Entry<String, Integer> weight : sizes.entrySet()) {
      int first = Math.max(from, start);
      int last = Math.min(to, start + weight.getValue());
      if (first < last) {
        slices.add(new Slice(weight.getKey(), first - start, last - start));
      }
      start += weight.getValue();
    }
    return new Shard(from, slices);
  }
}
