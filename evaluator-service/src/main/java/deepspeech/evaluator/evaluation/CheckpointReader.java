package deepspeech.evaluator.evaluation;

import deepspeech.messages.checkpoint.CheckpointPublished;
import java.nio.file.Path;

/** What an evaluation needs of the checkpoint store. */
public interface CheckpointReader {
  /**
   * Fetches and verifies {@code model.onnx}.
   *
   * @param directory to put it in
   * @return its path
   * @throws deepspeech.checkpoint.CheckpointNotFoundException if the checkpoint is not there any
   *     more
   * @throws deepspeech.checkpoint.DamagedCheckpointException if it is not what was published
   */
  Path fetchModel(CheckpointPublished checkpoint, Path directory);

  /** Lets {@code best.json} name the checkpoint if it is the best one so far. */
  void offerBest(CheckpointPublished checkpoint, double cer);
}
