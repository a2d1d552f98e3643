package deepspeech.curves;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Objects;

/**
 * The points of one curve at one moment, by step, one a step. Does not change.
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
   * Takes columns whose first {@code size} elements do not change any more; by step, without
   * doubles.
   *
   * @param ofCheckpoints whether batch 0 stands for all batches of the epoch
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

  /** Optimiser steps since the run began; grows with the index. */
  public long step(int i) {
    return steps[check(i)];
  }

  /** From 1. */
  public int epoch(int i) {
    return epochs[check(i)];
  }

  /** Batches of the epoch done; of a checkpoint and its test 0 if all are. */
  public int batch(int i) {
    return batches[check(i)];
  }

  /** True if all batches of the epoch are done, as the point itself tells. */
  boolean endsEpoch(int i) {
    return ofCheckpoints && batches[check(i)] == 0;
  }

  /** When the point was taken, to the microsecond. */
  public Instant time(int i) {
    return Instant.EPOCH.plus(times[check(i)], ChronoUnit.MICROS);
  }

  /** Microseconds since 1970, of the time. */
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
