package deepspeech.curves;

import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * The curves of one run. Thread-safe: a curve that is read holds the points added so far, and later
 * additions do not change it.
 *
 * <p>A {@code resumed} point takes the run back to an earlier step. It removes the earlier added
 * points of later steps from all curves, and stays itself as a mark.
 */
public final class RunCurves {
  private static final double MICROS = 1e6;

  /** Metrics whose batch is 0 if all batches of the epoch are completed. */
  private static final Set<MetricName> OF_CHECKPOINTS =
      EnumSet.of(
          MetricName.TEST_CER,
          MetricName.TEST_WER,
          MetricName.CHECKPOINT_BYTES,
          MetricName.CHECKPOINT_SECONDS,
          MetricName.RESUMED);

  private final NavigableMap<CurveKey, PointColumns> columns = new TreeMap<>();
  private final EpochLengths lengths = new EpochLengths();
  private long first = Long.MAX_VALUE;

  /** Adds the next point of the run, in the order of the topic. */
  public synchronized void add(MetricPoint point) {
    boolean ofCheckpoint = OF_CHECKPOINTS.contains(point.name());
    if (point.name() == MetricName.RESUMED) {
      columns.values().forEach(curve -> curve.removeAfter(point.step()));
      columns.values().removeIf(PointColumns::isEmpty);
      lengths.removeAfter(point.epoch(), point.batch() == 0 ? Integer.MAX_VALUE : point.batch());
    }
    lengths.see(point.epoch(), point.batch());
    columns.computeIfAbsent(CurveKey.of(point), key -> new PointColumns(ofCheckpoint)).add(point);
    first = Math.min(first, micros(point.time()));
  }

  /**
   * Sets the number of batches of an epoch.
   *
   * @param epoch from 1
   * @param batches 0 if not known
   */
  public synchronized void reportBatches(int epoch, int batches) {
    lengths.report(epoch, batches);
  }

  /** The keys of the curves that have points, in order. */
  public synchronized List<CurveKey> keys() {
    return List.copyOf(columns.keySet());
  }

  /** Number of points in all curves, including duplicates that are not yet detected. */
  public synchronized long points() {
    return columns.values().stream().mapToLong(PointColumns::size).sum();
  }

  /** A snapshot of a curve; empty if it has no points. */
  public synchronized Optional<Curve> curve(CurveKey key) {
    return Optional.ofNullable(columns.get(key)).map(PointColumns::curve);
  }

  /** The value of a curve's last step; empty if it has no points. */
  public synchronized OptionalDouble last(CurveKey key) {
    PointColumns curve = columns.get(key);
    return curve == null ? OptionalDouble.empty() : OptionalDouble.of(curve.last());
  }

  /** The points from which the run resumed, by step; empty if no command resumed it. */
  public Optional<Curve> resumed() {
    return curve(CurveKey.of(MetricName.RESUMED));
  }

  /**
   * True if the run has later resumed from an earlier step, so that a point of this step and time
   * is obsolete.
   */
  public boolean isVoid(long step, Instant time) {
    return resumed().filter(marks -> isVoid(marks, step, micros(time))).isPresent();
  }

  private static boolean isVoid(Curve marks, long step, long micros) {
    for (int i = 0; i < marks.size(); i++) {
      if (marks.step(i) < step && marks.micros(i) > micros) {
        return true;
      }
    }
    return false;
  }

  /**
   * The positions of a curve's points on an axis.
   *
   * @return one number per point; on the axes of step and epoch they do not decrease
   */
  public double[] positions(Curve curve, Axis axis) {
    EpochLengths known;
    long origin;
    synchronized (this) {
      known = axis == Axis.EPOCH ? lengths.copy() : lengths;
      origin = first;
    }
    double[] positions = new double[curve.size()];
    switch (axis) {
      case STEP -> Arrays.setAll(positions, i -> (double) curve.step(i));
      case EPOCH ->
          Arrays.setAll(
              positions,
              i ->
                  curve.endsEpoch(i)
                      ? curve.epoch(i)
                      : known.position(curve.epoch(i), curve.batch(i)));
      case TIME -> Arrays.setAll(positions, i -> curve.micros(i) / MICROS);
      case RELATIVE -> Arrays.setAll(positions, i -> (curve.micros(i) - origin) / MICROS);
    }
    return positions;
  }

  /**
   * A curve as a chart shows it; empty if it has no points.
   *
   * @param view axis, part, width and smoothing
   */
  public Optional<DrawnCurve> draw(CurveKey key, ChartView view) {
    return curve(key)
        .map(curve -> DrawnCurve.of(key, positions(curve, view.axis()), curve.values(), view));
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
