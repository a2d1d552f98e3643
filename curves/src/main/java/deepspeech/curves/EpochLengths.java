package deepspeech.curves;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How many batches the epochs of a run have, as far as it is known. What was told counts; else an
 * epoch is taken for as long as the nearest one that is known, and never for shorter than the
 * farthest batch that was met in it.
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

  /** Forgets the batches met from here on, since the run goes through them again. */
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

  /** Epochs done when so many batches of an epoch are. */
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
