package deepspeech.trainer.checkpoint;

import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.run.RunId;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The checkpoints that are announced but not yet tested: retention leaves them, so that a slow
 * evaluator misses none. Where no evaluator runs, only the newest {@value #MOST} of a run are left
 * for it.
 */
public final class PendingEvaluations {
  /** So many checkpoints of a run wait at most for their test. */
  public static final int MOST = 10;

  private final Map<RunId, NavigableSet<CheckpointId>> pending = new HashMap<>();

  /** A checkpoint is to be tested. */
  public synchronized void announced(RunId run, CheckpointId checkpoint) {
    NavigableSet<CheckpointId> ofRun = pending.computeIfAbsent(run, r -> new TreeSet<>());
    ofRun.add(checkpoint);
    while (ofRun.size() > MOST) {
      ofRun.pollFirst();
    }
  }

  /** A checkpoint was tested, or cannot be. */
  public synchronized void settled(RunId run, CheckpointId checkpoint) {
    NavigableSet<CheckpointId> ofRun = pending.get(run);
    if (ofRun != null && ofRun.remove(checkpoint) && ofRun.isEmpty()) {
      pending.remove(run);
    }
  }

  /** The checkpoints of a run that wait for their test. */
  public synchronized Set<CheckpointId> of(RunId run) {
    return Set.copyOf(pending.getOrDefault(run, new TreeSet<>()));
  }
}
