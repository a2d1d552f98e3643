package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.BestPointer;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.LocalCheckpoint;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Takes a run back to the checkpoint that it resumes from. */
public final class CheckpointRewind {
  private final CheckpointStore store;
  private final CheckpointDownload download;
  private final Function<RunId, List<Evaluation>> evaluations;

  /**
   * Creates a rewind.
   *
   * @param store the trainer's own store
   * @param workDirectory the directory for downloads, which are deleted after use
   * @param evaluations returns the evaluations of a run, in the order in which they were made
   */
  CheckpointRewind(
      CheckpointStore store, Path workDirectory, Function<RunId, List<Evaluation>> evaluations) {
    this.store = store;
    this.download = CheckpointDownload.whole(workDirectory);
    this.evaluations = evaluations;
  }

  /**
   * Makes a checkpoint the latest of the run that resumes from it, once it is known to fit. Later
   * checkpoints are removed, so that the run can write them again. A checkpoint of another store is
   * copied first, together with the best checkpoint of that store if it is not later. If the run's
   * best checkpoint was later, the best of the remaining ones takes its place.
   *
   * @param model the reference that named the checkpoint; empty for the run's own
   */
  public void rewind(RunId run, Optional<ModelReference> model, CheckpointId checkpoint) {
    model
        .map(store::of)
        .filter(from -> from != store)
        .ifPresent(from -> copyFrom(from, run, checkpoint));
    store.rewind(run, checkpoint);
    if (store.best(run).isEmpty()) {
      offerBest(run);
    }
  }

  private void offerBest(RunId run) {
    List<CheckpointId> existing = store.list(run);
    evaluations.apply(run).stream()
        .filter(evaluation -> existing.contains(evaluation.checkpoint()))
        .forEach(evaluation -> store.offerBest(run, evaluation.checkpoint(), evaluation.cer()));
  }

  private void copyFrom(CheckpointStore from, RunId run, CheckpointId checkpoint) {
    Optional<BestPointer> best =
        from.best(run).filter(pointer -> pointer.checkpoint().compareTo(checkpoint) <= 0);
    Set<CheckpointId> ids = new TreeSet<>(Set.of(checkpoint));
    best.ifPresent(pointer -> ids.add(pointer.checkpoint()));
    for (CheckpointId id : ids) {
      StoredCheckpoint copied = download.read(from, run, id, this::commitCopy);
      best.filter(pointer -> pointer.checkpoint().equals(copied.checkpoint()))
          .ifPresent(pointer -> store.offerBest(run, id, pointer.cer()));
    }
  }

  private StoredCheckpoint commitCopy(LocalCheckpoint local) {
    StoredCheckpoint stored = local.stored();
    return store.commit(
        stored.run(),
        stored.checkpoint(),
        stored.files().stream().map(file -> CheckpointSource.of(local.file(file.name()))).toList(),
        stored.metadata());
  }
}
