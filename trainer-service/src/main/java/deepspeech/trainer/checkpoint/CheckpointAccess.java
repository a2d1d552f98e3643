package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.RunId;
import java.util.List;
import java.util.function.Function;

/**
 * What the steps of a run use to read and write checkpoints.
 *
 * @param store the trainer's own store
 * @param workDirectory the directory for files before an upload and after a download
 * @param loader downloads the checkpoint with which a run starts
 * @param rewind takes a run back to that checkpoint
 * @param pendingEvaluations the checkpoints that retention keeps until they are tested
 */
public record CheckpointAccess(
    CheckpointStore store,
    WorkDirectory workDirectory,
    CheckpointLoader loader,
    CheckpointRewind rewind,
    PendingEvaluations pendingEvaluations) {
  /**
   * Creates the access to a store.
   *
   * @param evaluations returns the evaluations of a run, in the order in which they were made
   */
  public static CheckpointAccess of(
      CheckpointStore store,
      WorkDirectory workDirectory,
      PendingEvaluations pendingEvaluations,
      Function<RunId, List<Evaluation>> evaluations) {
    return new CheckpointAccess(
        store,
        workDirectory,
        new CheckpointLoader(store, workDirectory.path()),
        new CheckpointRewind(store, workDirectory.path(), evaluations),
        pendingEvaluations);
  }
}
