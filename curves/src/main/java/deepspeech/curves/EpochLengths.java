package deepspeech.curves;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The number of batches in the epochs of a run, as far as known. A reported length takes
 * precedence. Otherwise an epoch counts as long as the next epoch with a reported length, or else
 * the previous one, or else the longest epoch seen so far. It is never shorter than the largest
 * batch seen in it.
 */
final class EpochLengths {
  private final NavigableMap<Integer, Integer> reported = new TreeMap<>();
  private final NavigableMap<Integer, Integer> seen = new TreeMap<>();

  void report(int epoch, int batches) {
    if (batches > 0) {
      reported.put(epoch, batches);
    }
  }

  void see(int epoch, int batch) {
    seen.merge(epoch, batch, Math::max);
  }

  /** Removes the batches seen after this position, because the run repeats them. */
  void removeAfter(int epoch, int batch) {
    seen.tailMap(epoch, false).clear();
    seen.computeIfPresent(epoch, (same, farthest) -> Math.min(farthest, batch));
  }

  EpochLengths copy() {
    EpochLengths copy = new EpochLengths();
    copy.reported.putAll(reported);
    copy.seen.putAll(seen);
    return copy;
  }

  /** Number of completed epochs at a batch of an epoch, with the epoch itself as a fraction. */
  double position(int epoch, int batch) {
    int batches = batches(epoch);
    return batches == 0 ? epoch - 1.0 : epoch - 1.0 + Math.min(1.0, batch / (double) batches);
  }

  private int batches(int epoch) {
    Integer known = reported.get(epoch);
    if (known != null) {
      return known;
    }
    int farthest = seen.getOrDefault(epoch, 0);
    Map.Entry<Integer, Integer> nearest = reported.ceilingEntry(epoch);
    if (nearest == null) {
      nearest = reported.floorEntry(epoch);
    }
    if (nearest == null) {
      nearest = seen.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(null);
    }
    return nearest == null ? farthest : Math.max(farthest, nearest.getValue());
  }
}
