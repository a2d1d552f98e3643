package deepspeech.curves;

import deepspeech.messages.metric.MetricPoint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The points of one curve in columns, 32 bytes per point. Not thread-safe; the curves that it
 * returns are.
 */
final class PointColumns {
  private static final int FIRST_CAPACITY = 16;

  private final boolean ofCheckpoints;
  private long[] steps = new long[FIRST_CAPACITY];
  private int[] epochs = new int[FIRST_CAPACITY];
  private int[] batches = new int[FIRST_CAPACITY];
  private long[] times = new long[FIRST_CAPACITY];
  private double[] values = new double[FIRST_CAPACITY];
  private int size;

  /** True if the steps increase from element to element. */
  private boolean inOrder = true;

  /** Returned curves read the elements below this index. */
  private int givenAway;

  /**
   * Creates empty columns.
   *
   * @param ofCheckpoints true if batch 0 means that all batches of the epoch are completed
   */
  PointColumns(boolean ofCheckpoints) {
    this.ofCheckpoints = ofCheckpoints;
  }

  /** Adds a point. It replaces an earlier point of the same step. */
  void add(MetricPoint point) {
    if (size > 0 && inOrder && point.step() == steps[size - 1]) {
      size--;
      makeWritable(size);
    } else if (size > 0 && point.step() <= steps[size - 1]) {
      // The columns are sorted at the next read, so points that arrive in reverse order cost no
      // more.
      inOrder = false;
    }
    if (size == steps.length) {
      resize(2 * size);
    }
    steps[size] = point.step();
    epochs[size] = point.epoch();
    batches[size] = point.batch();
    times[size] = ChronoUnit.MICROS.between(Instant.EPOCH, point.time());
    values[size] = point.value();
    size++;
  }

  /** Removes the points of later steps. */
  void removeAfter(long step) {
    int remaining = 0;
    while (remaining < size && steps[remaining] <= step) {
      remaining++;
    }
    if (remaining == size) {
      return;
    }
    makeWritable(remaining);
    for (int i = remaining; i < size; i++) {
      if (steps[i] <= step) {
        move(i, remaining++);
      }
    }
    size = remaining;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Number of points, including duplicates that are not yet detected. */
  int size() {
    return size;
  }

  Curve curve() {
    if (!inOrder) {
      putInOrder();
    }
    givenAway = Math.max(givenAway, size);
    return new Curve(steps, epochs, batches, times, values, size, ofCheckpoints);
  }

  /** The value of the last step. */
  double last() {
    if (!inOrder) {
      putInOrder();
    }
    return values[size - 1];
  }

  private void putInOrder() {
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    // The sort is stable: of the points of one step the latest one is last.
    Arrays.sort(order, Comparator.comparingLong(i -> steps[i]));
    PointColumns sorted = new PointColumns(ofCheckpoints);
    sorted.resize(Math.max(FIRST_CAPACITY, size));
    for (int i = 0; i < size; i++) {
      boolean replaced = i + 1 < size && steps[order[i + 1]] == steps[order[i]];
      if (!replaced) {
        sorted.copyFrom(this, order[i]);
      }
    }
    steps = sorted.steps;
    epochs = sorted.epochs;
    batches = sorted.batches;
    times = sorted.times;
    values = sorted.values;
    size = sorted.size;
    inOrder = true;
    givenAway = 0;
  }

  private void copyFrom(PointColumns other, int i) {
    steps[size] = other.steps[i];
    epochs[size] = other.epochs[i];
    batches[size] = other.batches[i];
    times[size] = other.times[i];
    values[size] = other.values[i];
    size++;
  }

  private void move(int from, int to) {
    steps[to] = steps[from];
    epochs[to] = epochs[from];
    batches[to] = batches[from];
    times[to] = times[from];
    values[to] = values[from];
  }

  /**
   * Copies the columns if a returned curve reads elements from this index on, before they are
   * overwritten.
   */
  private void makeWritable(int from) {
    if (from < givenAway) {
      resize(steps.length);
    }
  }

  private void resize(int capacity) {
    steps = Arrays.copyOf(steps, capacity);
    epochs = Arrays.copyOf(epochs, capacity);
    batches = Arrays.copyOf(batches, capacity);
    times = Arrays.copyOf(times, capacity);
    values = Arrays.copyOf(values, capacity);
    givenAway = 0;
  }
}
