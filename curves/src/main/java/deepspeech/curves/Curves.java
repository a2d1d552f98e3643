package deepspeech.curves;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The curves of all runs that have metric points. Thread-safe. */
public final class Curves {
  private final Map<RunId, RunCurves> runs = new ConcurrentHashMap<>();

  /** Adds the next point, in the order of the topic. */
  public void add(MetricPoint point) {
    runs.computeIfAbsent(point.run(), run -> new RunCurves()).add(point);
  }

  /** The curves of a run; empty if it has no points. */
  public Optional<RunCurves> of(RunId run) {
    return Optional.ofNullable(runs.get(run));
  }

  /** The runs that have points, by name. */
  public Set<RunId> runs() {
    return new TreeSet<>(runs.keySet());
  }
}
