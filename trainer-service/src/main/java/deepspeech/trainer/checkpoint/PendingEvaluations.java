package deepspeech.trainer.checkpoint;

import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.run.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The checkpoints that are announced but not yet tested: retention leaves them, so that a slow
 * evaluator misses none. Where no evaluator runs, the newest of a run are left for it, as many as
 * fit into a bound.
 */
public final class PendingEvaluations {
  private final long mostBytes;
  private final Map<RunId, TreeMap<CheckpointId, Publication>> pending = new HashMap<>();
  private final Map<RunId, Map<CheckpointId, Publication>> settled = new HashMap<>();
  private final Map<RunId, List<GoingBack>> gone = new HashMap<>();

  /**
   * Knows of none yet.
   *
   * @param mostBytes size in bytes of the checkpoints of a run that wait at most; the newest does
   *     whatever its size
   */
  public PendingEvaluations(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** A checkpoint is to be tested, unless its test is off or done: events may come twice. */
  public synchronized void announced(CheckpointPublished checkpoint) {
    Publication publication = Publication.of(checkpoint);
    if (checkpoint.test() == null
        || publication.equals(
            settled.getOrDefault(checkpoint.run(), Map.of()).get(checkpoint.checkpoint()))) {
      return;
    }
    TreeMap<CheckpointId, Publication> ofRun =
        pending.computeIfAbsent(checkpoint.run(), run -> new TreeMap<>());
    ofRun.put(checkpoint.checkpoint(), publication);
    long bytes = ofRun.values().stream().mapToLong(Publication::bytes).sum();
    while (bytes > mostBytes && ofRun.size() > 1) {
      bytes -= ofRun.pollFirstEntry().getValue().bytes();
    }
  }

  /** A checkpoint was tested. */
  public synchronized void tested(Evaluation evaluation) {
    boolean ofOneMadeAnew =
        gone.getOrDefault(evaluation.run(), List.of()).stream()
            .anyMatch(
                back ->
                    back.checkpoint().compareTo(evaluation.checkpoint()) < 0
                        && back.time().isAfter(evaluation.announced()));
    if (!ofOneMadeAnew) {
      settle(evaluation.run(), evaluation.checkpoint());
    }
  }

  /**
   * A checkpoint cannot be tested.
   *
   * @param announcement of it; empty if it cannot be told
   */
  public synchronized void untestable(
      RunId run, CheckpointId checkpoint, Optional<CheckpointPublished> announcement) {
    Publication waiting = pending.getOrDefault(run, new TreeMap<>()).get(checkpoint);
    if (announcement.map(Publication::of).filter(other -> !other.equals(waiting)).isEmpty()) {
      settle(run, checkpoint);
    }
  }

  /** A run has gone back to a checkpoint: the later ones are gone, and it makes them anew. */
  public synchronized void wentBack(RunId run, CheckpointId checkpoint, Instant time) {
    gone.computeIfAbsent(run, r -> new ArrayList<>()).add(new GoingBack(checkpoint, time));
    settled.getOrDefault(run, Map.of()).keySet().removeIf(id -> id.compareTo(checkpoint) > 0);
    TreeMap<CheckpointId, Publication> ofRun = pending.get(run);
    if (ofRun != null) {
      ofRun.tailMap(checkpoint, false).clear();
      if (ofRun.isEmpty()) {
        pending.remove(run);
      }
    }
  }

  private void settle(RunId run, CheckpointId checkpoint) {
    TreeMap<CheckpointId, Publication> ofRun = pending.get(run);
    if (ofRun == null) {
      return;
    }
    Publication publication = ofRun.remove(checkpoint);
    if (publication != null) {
      settled.computeIfAbsent(run, r -> new HashMap<>()).put(checkpoint, publication);
    }
    if (ofRun.isEmpty()) {
      pending.remove(run);
    }
  }

  /** The checkpoints of a run that wait for their test. */
  public synchronized Set<CheckpointId> of(RunId run) {
    return Set.copyOf(pending.getOrDefault(run, new TreeMap<>()).keySet());
  }

  private record GoingBack(CheckpointId checkpoint, Instant time) {}

  /** A run that goes back publishes other weights under a name that it had before. */
  private record Publication(String weights, long bytes) {
    static Publication of(CheckpointPublished checkpoint) {
      return new Publication(
          CheckpointFile.sha256(checkpoint.files(), CheckpointFiles.MODEL).orElse(""),
          CheckpointFile.totalSize(checkpoint.files()));
    }
  }
}
