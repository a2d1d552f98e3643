package deepspeech.evaluator.evaluation;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import java.nio.file.Path;

/** The operations of the checkpoint store that an evaluation needs. */
public interface CheckpointReader {
  /**
   * Fetches and verifies {@code model.onnx}.
   *
   * @param directory directory to write the file to
   * @return path of the file
   * @throws deepspeech.checkpoint.CheckpointNotFoundException if the checkpoint no longer exists
   * @throws deepspeech.checkpoint.DamagedCheckpointException if the checkpoint is not the one that
   *     was published
   */
  Path fetchModel(CheckpointCommitted checkpoint, Path directory);

  /** Names the checkpoint in {@code best.json} if it is the best one so far. */
  void offerBest(CheckpointCommitted checkpoint, double cer);
}
