package deepspeech.speech.audio;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of one thread that are used again and again: fresh ones would be cleared, and be in no
 * cache, each time. Some megabytes at most.
 */
final class RowStore {
  private final List<float[]> rows = new ArrayList<>();
  private final int columns;
  private int taken;

  RowStore(int columns) {
    this.columns = columns;
  }

  /** Begins anew: rows that were taken before may be taken again. */
  void reset() {
    taken = 0;
  }

  /** Rows that hold anything. */
  float[][] take(int count) {
    while (rows.size() < taken + count) {
      rows.add(new float[columns]);
    }
    float[][] result = rows.subList(taken, taken + count).toArray(new float[0][]);
    taken += count;
    return result;
  }
}
