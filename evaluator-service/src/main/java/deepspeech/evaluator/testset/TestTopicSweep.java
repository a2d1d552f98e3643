package deepspeech.evaluator.testset;

import deepspeech.broker.BrokerException;
import deepspeech.broker.progress.Offsets;
import deepspeech.evaluator.backlog.CheckpointProgress;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Deletes the test topic of a run that has ended, as soon as every checkpoint that was committed
 * until then is processed. A run announces its last checkpoint before the state that ends it. If
 * the run is resumed later, its next evaluation creates the topic again.
 *
 * <p>Not thread-safe.
 */
public final class TestTopicSweep {
  /** Reads the newest state of each run. */
  @FunctionalInterface
  public interface States {
    Map<RunId, RunState> newest() throws InterruptedException;
  }

  private final TestTopics topics;
  private final States states;
  private final CheckpointProgress progress;

  /** The runs that had a test topic, or a result, and were not reported as ended since. */
  private final Set<RunId> present = new TreeSet<>();

  /**
   * The end offsets of the checkpoints topic when a run with a test topic was first seen to have
   * ended.
   */
  private final Map<RunId, Map<Integer, Long>> ends = new HashMap<>();

  public TestTopicSweep(TestTopics topics, States states, CheckpointProgress progress) {
    this.topics = topics;
    this.states = states;
    this.progress = progress;
  }

  /** Reports the end of this run too, even if its test topic is gone at the next check. */
  public void watch(RunId run) {
    present.add(run);
  }

  /**
   * Checks all test topics once.
   *
   * @param waiting true for a run of which a checkpoint is untested; its topic stays
   * @return the runs whose topic is gone since the last check, deleted by this or another evaluator
   * @throws BrokerException if the broker fails
   */
  public Set<RunId> sweep(Predicate<RunId> waiting) throws InterruptedException {
    Set<RunId> runs = topics.runs();
    ends.keySet().retainAll(runs);
    Set<RunId> gone = new TreeSet<>(present);
    gone.removeAll(runs);
    gone.removeIf(waiting);
    if (!runs.isEmpty()) {
      gone.addAll(delete(runs, waiting));
    }
    present.addAll(runs);
    present.removeAll(gone);
    return gone;
  }

  private Set<RunId> delete(Set<RunId> runs, Predicate<RunId> waiting) throws InterruptedException {
    Set<RunId> deleted = new TreeSet<>();
    Map<RunId, RunState> newest = states.newest();
    // The states are read first, so that everything that a run published before its end is below
    // the end offset.
    Offsets offsets = progress.now();
    for (RunId run : runs) {
      RunState state = newest.get(run);
      if (state == null || !state.status().ended()) {
        ends.remove(run);
      } else if (offsets.reached(ends.computeIfAbsent(run, r -> offsets.end()))
          && !waiting.test(run)) {
        topics.delete(run);
        ends.remove(run);
        deleted.add(run);
      }
    }
    return deleted;
  }
}
