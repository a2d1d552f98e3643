package deepspeech.messages.evaluation;

import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The test results of one run, without those of discarded checkpoints. A run discards checkpoints
 * when it resumes from an earlier step. It then commits new checkpoints under the same names, so a
 * name alone does not identify what was tested.
 *
 * <p>A {@code resumed} point discards a result if the result has a later step than the point and
 * its checkpoint was announced before the point. Both times are from the trainer's clock. Points
 * and results may come in any order. Not thread-safe.
 */
public final class TestResults {
  private final NavigableMap<CheckpointId, Evaluation> results = new TreeMap<>();
  private final List<MetricPoint> resumed = new ArrayList<>();

  /** Adds a metric point of the run. Points other than {@code resumed} are ignored. */
  public void add(MetricPoint point) {
    if (point.name() == MetricName.RESUMED) {
      resumed.add(point);
      results.values().removeIf(result -> isVoid(result, point));
    }
  }

  /**
   * Adds a result of the run. It replaces an earlier result of the same checkpoint.
   *
   * @return true if it is the first result of a checkpoint that is not discarded
   */
  public boolean add(Evaluation result) {
    return resumed.stream().noneMatch(point -> isVoid(result, point))
        && results.put(result.checkpoint(), result) == null;
  }

  private static boolean isVoid(Evaluation result, MetricPoint point) {
    return isDiscarded(result.step(), result.announced(), point);
  }

  /**
   * True if a run has gone back from a checkpoint.
   *
   * @param step of the checkpoint
   * @param announced time of its event
   * @param resumed a point {@code resumed} of the run
   */
  public static boolean isDiscarded(long step, Instant announced, MetricPoint resumed) {
    return resumed.step() < step && resumed.time().isAfter(announced);
  }

  /** The results in the order of training. */
  public List<Evaluation> all() {
    return List.copyOf(results.values());
  }

  /** The result of a checkpoint, if there is one. */
  public Optional<Evaluation> of(CheckpointId checkpoint) {
    return Optional.ofNullable(results.get(checkpoint));
  }

  /** The result with the lowest CER; the earliest checkpoint among equal ones. */
  public Optional<Evaluation> best() {
    return results.values().stream().min(Comparator.comparingDouble(Evaluation::cer));
  }
}
