package deepspeech.messages.evaluation;

import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The test results of one run, without those of checkpoints that it has gone back from. After that
 * it makes checkpoints of the same names anew: a name alone does not say what was tested.
 *
 * <p>A {@code resumed} point takes the run back to its step: a result of a later step counts if its
 * checkpoint was announced after that. Both times are the trainer's. Points and results may come in
 * any order. For one thread.
 */
public final class TestResults {
  private final NavigableMap<CheckpointId, Evaluation> results = new TreeMap<>();
  private final List<MetricPoint> resumed = new ArrayList<>();

  /** Takes a metric point of the run; others than {@code resumed} are of no concern. */
  public void add(MetricPoint point) {
    if (point.name() == MetricName.RESUMED) {
      resumed.add(point);
      results.values().removeIf(result -> isVoid(result, point));
    }
  }

  /**
   * Takes a result of the run; of two of one checkpoint the later one counts.
   *
   * @return whether it is the first of a checkpoint that the run has not gone back from
   */
  public boolean add(Evaluation result) {
    return resumed.stream().noneMatch(point -> isVoid(result, point))
        && results.put(result.checkpoint(), result) == null;
  }

  private static boolean isVoid(Evaluation result, MetricPoint point) {
    return point.step() < result.step() && point.time().isAfter(result.announced());
  }

  /** The results in the order of training. */
  public List<Evaluation> all() {
    return List.copyOf(results.values());
  }

  /** The result of a checkpoint, if there is one. */
  public Optional<Evaluation> of(CheckpointId checkpoint) {
    return Optional.ofNullable(results.get(checkpoint));
  }

  /** The one with the least CER, the earliest of equals. */
  public Optional<Evaluation> best() {
    return results.values().stream().min(Comparator.comparingDouble(Evaluation::cer));
  }
}
