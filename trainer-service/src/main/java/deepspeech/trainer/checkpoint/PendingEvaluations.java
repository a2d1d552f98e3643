package deepspeech.trainer.checkpoint;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The checkpoints that are announced but not yet tested. Retention does not remove them, so that a
 * slow evaluator can still test them. Up to a size limit, so that they do not pile up if no
 * evaluator runs: beyond it the oldest one inside an epoch is no longer pending, and if there is
 * none, the oldest end of an epoch. A run may wait for the tests at the ends of its last epochs,
 * and what follows from them must not depend on how fast the evaluator is.
 */
public final class PendingEvaluations {
  private final long mostBytes;
  private final Map<RunId, TreeMap<CheckpointId, CommittedWeights>> pending = new HashMap<>();
  private final Map<RunId, Map<CheckpointId, CommittedWeights>> settled = new HashMap<>();
  private final Map<RunId, Map<CheckpointId, Double>> errorRates = new HashMap<>();
  private final Map<RunId, List<GoingBack>> gone = new HashMap<>();

  /**
   * Starts without pending checkpoints.
   *
   * @param mostBytes upper limit in bytes for the pending checkpoints of a run; the newest one
   *     stays pending whatever its size
   */
  public PendingEvaluations(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Adds a checkpoint, unless its test is off or done. The same event may arrive twice. */
  public synchronized void announced(CheckpointCommitted checkpoint) {
    CommittedWeights weights = CommittedWeights.of(checkpoint);
    if (checkpoint.test() == null
        || weights.equals(
            settled.getOrDefault(checkpoint.run(), Map.of()).get(checkpoint.checkpoint()))) {
      return;
    }
    errorRates.getOrDefault(checkpoint.run(), new HashMap<>()).remove(checkpoint.checkpoint());
    TreeMap<CheckpointId, CommittedWeights> ofRun =
        pending.computeIfAbsent(checkpoint.run(), run -> new TreeMap<>());
    ofRun.put(checkpoint.checkpoint(), weights);
    long bytes = ofRun.values().stream().mapToLong(CommittedWeights::bytes).sum();
    while (bytes > mostBytes && ofRun.size() > 1) {
      bytes -= ofRun.remove(leastNeeded(ofRun)).bytes();
    }
  }

  private static CheckpointId leastNeeded(SortedMap<CheckpointId, CommittedWeights> ofRun) {
    return ofRun.headMap(ofRun.lastKey()).keySet().stream()
        .filter(id -> !id.isEndOfEpoch())
        .findFirst()
        .orElse(ofRun.firstKey());
  }

  /**
   * Removes a checkpoint that was tested. A test result is ignored if the run has gone back to an
   * earlier checkpoint since the announcement, because it belongs to the old weights.
   */
  public synchronized void tested(Evaluation evaluation) {
    boolean ofReplaced =
        gone.getOrDefault(evaluation.run(), List.of()).stream()
            .anyMatch(
                back ->
                    back.checkpoint().compareTo(evaluation.checkpoint()) < 0
                        && back.time().isAfter(evaluation.announced()));
    if (!ofReplaced) {
      errorRates
          .computeIfAbsent(evaluation.run(), run -> new HashMap<>())
          .put(evaluation.checkpoint(), evaluation.cer());
      settle(evaluation.run(), evaluation.checkpoint());
    }
  }

  /**
   * Removes a checkpoint that cannot be tested. Does nothing if {@code announcement} is of other
   * weights than the pending checkpoint of that name.
   *
   * @param announcement the event of the checkpoint that cannot be tested; empty if it is unknown
   */
  public synchronized void untestable(
      RunId run, CheckpointId checkpoint, Optional<CheckpointCommitted> announcement) {
    CommittedWeights waiting = pending.getOrDefault(run, new TreeMap<>()).get(checkpoint);
    if (announcement.map(CommittedWeights::of).filter(other -> !other.equals(waiting)).isEmpty()) {
      settle(run, checkpoint);
    }
  }

  /**
   * Records that a run has gone back to a checkpoint. The later checkpoints are removed, and the
   * run writes them again.
   */
  public synchronized void wentBack(RunId run, CheckpointId checkpoint, Instant time) {
    gone.computeIfAbsent(run, r -> new ArrayList<>()).add(new GoingBack(checkpoint, time));
    settled.getOrDefault(run, Map.of()).keySet().removeIf(id -> id.compareTo(checkpoint) > 0);
    errorRates.getOrDefault(run, Map.of()).keySet().removeIf(id -> id.compareTo(checkpoint) > 0);
    TreeMap<CheckpointId, CommittedWeights> ofRun = pending.get(run);
    if (ofRun != null) {
      ofRun.tailMap(checkpoint, false).clear();
      if (ofRun.isEmpty()) {
        pending.remove(run);
      }
    }
  }

  private void settle(RunId run, CheckpointId checkpoint) {
    TreeMap<CheckpointId, CommittedWeights> ofRun = pending.get(run);
    if (ofRun == null) {
      return;
    }
    CommittedWeights weights = ofRun.remove(checkpoint);
    if (weights != null) {
      settled.computeIfAbsent(run, r -> new HashMap<>()).put(checkpoint, weights);
    }
    if (ofRun.isEmpty()) {
      pending.remove(run);
    }
    notifyAll();
  }

  /**
   * Waits until a checkpoint is not to be tested any more.
   *
   * @param longest the time after which the wait ends without that
   * @return false if it is still to be tested
   */
  public synchronized boolean awaitTest(RunId run, CheckpointId checkpoint, Duration longest)
      throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    long left = longest.toMillis();
    while (left > 0 && of(run).contains(checkpoint)) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return !of(run).contains(checkpoint);
  }

  /**
   * Returns the character error rate of a checkpoint that was tested; empty if it cannot be tested,
   * or if its test is not known.
   */
  public synchronized OptionalDouble cer(RunId run, CheckpointId checkpoint) {
    Double cer = errorRates.getOrDefault(run, Map.of()).get(checkpoint);
    return cer == null ? OptionalDouble.empty() : OptionalDouble.of(cer);
  }

  /** Returns the checkpoints of a run that are still to be tested. */
  public synchronized Set<CheckpointId> of(RunId run) {
    return Set.copyOf(pending.getOrDefault(run, new TreeMap<>()).keySet());
  }

  private record GoingBack(CheckpointId checkpoint, Instant time) {}

  /**
   * Identifies a checkpoint by its weights, because a run that went back commits other weights
   * under the same name.
   */
  private record CommittedWeights(String weights, long bytes) {
    static CommittedWeights of(CheckpointCommitted checkpoint) {
      return new CommittedWeights(
          CheckpointFile.deployedWeights(checkpoint.files()).orElse(""),
          CheckpointFile.totalSize(checkpoint.files()));
    }
  }
}
