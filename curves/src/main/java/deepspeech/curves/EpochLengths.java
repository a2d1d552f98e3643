package deepspeech.curves;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The number of batches in the epochs of a run, as far as known. A reported length takes
 * precedence. Otherwise an epoch counts as long as the next epoch with a reported length, or else
 * the previous one, or else the longest epoch met so far. It is never shorter than the largest
 * batch met in it.
 */
final class EpochLengths {
  private final NavigableMap<Integer, Integer> told = new TreeMap<>();
  private final NavigableMap<Integer, Integer> met = new TreeMap<>();

  void tell(int epoch, int batches) {
    if (batches > 0) {
      told.put(epoch, batches);
    }
  }

  void meet(int epoch, int batch) {
    met.merge(epoch, batch, Math::max);
  }

  /** Removes the batches met after this position, because the run repeats them. */
  void removeAfter(int epoch, int batch) {
    met.tailMap(epoch, false).clear();
    met.computeIfPresent(epoch, (same, farthest) -> Math.min(farthest, batch));
  }

  EpochLengths copy() {
    EpochLengths copy = new EpochLengths();
    copy.told.putAll(told);
    copy.met.putAll(met);
    return copy;
  }

  /** Number of completed epochs at a batch of an epoch, with the epoch itself as a fraction. */
  double position(int epoch, int batch) {
    int batches = batches(epoch);
    return batches == 0 ? epoch - 1.0 : epoch - 1.0 + Math.min(1.0, batch / (double) batches);
  }

  private int batches(int epoch) {
    Integer known = told.get(epoch);
    if (known != null) {
      return known;
    }
    int farthest = met.getOrDefault(epoch, 0);
    Map.Entry<Integer, Integer> nearest = told.ceilingEntry(epoch);
    if (nearest == null) {
      nearest = told.floorEntry(epoch);
    }
    if (nearest == null) {
      nearest = met.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(null);
    }
    return nearest == null ? farthest : Math.max(farthest, nearest.getValue());
  }
}
