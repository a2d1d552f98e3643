package deepspeech.curves;

import deepspeech.messages.metric.MetricPoint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The points of one curve as they come: 32 bytes a point. For one thread at a time; the curves that
 * it gives away are for any.
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

  /** Steps grow from element to element. */
  private boolean inOrder = true;

  /** A curve that was given away reads the elements below this one. */
  private int givenAway;

  /**
   * Without points.
   *
   * @param ofCheckpoints whether batch 0 stands for all batches of the epoch
   */
  PointColumns(boolean ofCheckpoints) {
    this.ofCheckpoints = ofCheckpoints;
  }

  /** Takes a point; of two of one step the later one counts. */
  void add(MetricPoint point) {
    if (size > 0 && inOrder && point.step() == steps[size - 1]) {
      size--;
      makeWritable(size);
    } else if (size > 0 && point.step() <= steps[size - 1]) {
      // Put into order when it is next read: whoever tells its points backwards costs no more.
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

  /** Forgets the points of later steps. */
  void removeAfter(long step) {
    int kept = 0;
    while (kept < size && steps[kept] <= step) {
      kept++;
    }
    if (kept == size) {
      return;
    }
    makeWritable(kept);
    for (int i = kept; i < size; i++) {
      if (steps[i] <= step) {
        move(i, kept++);
      }
    }
    size = kept;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Points held, doubles that have not been noticed among them. */
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

  /** The last value by step. */
  double last() {
    if (!inOrder) {
      putInOrder();
    }
    return values[size - 1];
  }

  private void putInOrder() {
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    // Stable: of one step the point that came last is behind the others.
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

  /** Elements from here on are about to be written over, which no curve may notice. */
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
