package deepspeech.curves;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.util.Comparator;
import java.util.Optional;

/**
 * Identifies one curve of a run.
 *
 * @param qualifier distinguishes the curves of one metric: the reason of {@link
 *     MetricName#SKIPPED}, the topic of {@link MetricName#LAG}; empty for other metrics
 */
public record CurveKey(MetricName metric, Optional<String> qualifier)
    implements Comparable<CurveKey> {
  private static final Comparator<CurveKey> ORDER =
      Comparator.comparing(CurveKey::metric).thenComparing(key -> key.qualifier.orElse(""));

  public CurveKey {
    InvalidMessageException.require(metric != null, "metric", null, "a metric name");
  }

  /** The key of a metric without a qualifier. */
  public static CurveKey of(MetricName metric) {
    return new CurveKey(metric, Optional.empty());
  }

  /** The key of the curve to which a point belongs. */
  public static CurveKey of(MetricPoint point) {
    return new CurveKey(
        point.name(),
        Optional.ofNullable(point.reason())
            .map(SkipReason::toString)
            .or(() -> Optional.ofNullable(point.topic())));
  }

  /** Orders by {@link MetricName}, then by qualifier. */
  @Override
  public int compareTo(CurveKey other) {
    return ORDER.compare(this, other);
  }

  /** For example {@code train_loss} or {@code left_out/too_long}. */
  @Override
  public String toString() {
    return metric + qualifier.map(text -> "/" + text).orElse("");
  }
}
