package deepspeech.curves;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.util.Comparator;
import java.util.Optional;

/**
 * Names one curve of a run.
 *
 * @param qualifier what the metric counts where it counts several things: the reason of {@link
 *     MetricName#LEFT_OUT}, the topic of {@link MetricName#LAG}; empty for other metrics
 */
public record CurveKey(MetricName metric, Optional<String> qualifier)
    implements Comparable<CurveKey> {
  private static final Comparator<CurveKey> ORDER =
      Comparator.comparing(CurveKey::metric).thenComparing(key -> key.qualifier.orElse(""));

  public CurveKey {
    InvalidMessageException.require(metric != null, "metric", null, "a metric name");
  }

  /** The curve of a metric that has no qualifier. */
  public static CurveKey of(MetricName metric) {
    return new CurveKey(metric, Optional.empty());
  }

  /** The curve that a point belongs to. */
  public static CurveKey of(MetricPoint point) {
    return new CurveKey(
        point.name(),
        Optional.ofNullable(point.reason())
            .map(SkipReason::toString)
            .or(() -> Optional.ofNullable(point.topic())));
  }

  /** In the order of {@link MetricName}, then of the qualifiers. */
  @Override
  public int compareTo(CurveKey other) {
    return ORDER.compare(this, other);
  }

  /** {@code train_loss}, {@code left_out/too_long}. */
  @Override
  public String toString() {
    return metric + qualifier.map(text -> "/" + text).orElse("");
  }
}
