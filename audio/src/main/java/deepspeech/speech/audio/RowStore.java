package deepspeech.speech.audio;

import java.util.ArrayList;
import java.util.List;

/**
 * Reusable rows of one thread. New rows would be cleared each time and would not be in the cache of
 * the processor. The rows take a few megabytes at most.
 */
final class RowStore {
  private final List<float[]> rows = new ArrayList<>();
  private final int columns;
  private int taken;

  RowStore(int columns) {
    this.columns = columns;
  }

  /** Makes all rows available again. */
  void reset() {
    taken = 0;
  }

  /** Returns rows with arbitrary content. */
  float[][] take(int count) {
    while (rows.size() < taken + count) {
      rows.add(new float[columns]);
    }
    float[][] result = rows.subList(taken, taken + count).toArray(new float[0][]);
    taken += count;
    return result;
  }
}
