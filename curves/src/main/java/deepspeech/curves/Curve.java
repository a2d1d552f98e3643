package deepspeech.curves;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable snapshot of one curve, ordered by step, with one point per step.
 *
 * <p>Index {@code i} is from 0, below {@link #size()}.
 */
public final class Curve {
  private final long[] steps;
  private final int[] epochs;
  private final int[] batches;
  private final long[] times;
  private final double[] values;
  private final int size;
  private final boolean ofCheckpoints;

  /**
   * Creates a curve on columns whose first {@code size} elements do not change any more. They are
   * ordered by step, without duplicates.
   *
   * @param ofCheckpoints true if batch 0 means that all batches of the epoch are completed
   */
  Curve(
      long[] steps,
      int[] epochs,
      int[] batches,
      long[] times,
      double[] values,
      int size,
      boolean ofCheckpoints) {
    this.steps = steps;
    this.epochs = epochs;
    this.batches = batches;
    this.times = times;
    this.values = values;
    this.size = size;
    this.ofCheckpoints = ofCheckpoints;
  }

  /** The number of points. */
  public int size() {
    return size;
  }

  /** Optimiser steps since the start of the run; increases with the index. */
  public long step(int i) {
    return steps[check(i)];
  }

  /** Epoch of the point, from 1. */
  public int epoch(int i) {
    return epochs[check(i)];
  }

  /**
   * Number of completed batches of the epoch; for a checkpoint and its test 0 if the epoch is
   * complete.
   */
  public int batch(int i) {
    return batches[check(i)];
  }

  /** True if the point itself says that its epoch is complete. */
  boolean endsEpoch(int i) {
    return ofCheckpoints && batches[check(i)] == 0;
  }

  /** Time of the point, to the microsecond. */
  public Instant time(int i) {
    return Instant.EPOCH.plus(times[check(i)], ChronoUnit.MICROS);
  }

  /** Time of the point in microseconds since 1970. */
  long micros(int i) {
    return times[check(i)];
  }

  public double value(int i) {
    return values[check(i)];
  }

  /** A copy of the values. */
  public double[] values() {
    return Arrays.copyOf(values, size);
  }

  private int check(int i) {
    // The columns may be longer than the curve.
    return Objects.checkIndex(i, size);
  }
}
