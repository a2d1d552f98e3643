package deepspeech.trainer.run;

import deepspeech.acoustic.model.TrainableModel;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.run.RunState;
import deepspeech.trainer.checkpoint.EpochWindow;
import deepspeech.trainer.checkpoint.RecoveredCheckpoint;
import deepspeech.trainer.training.TrainingSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run that can be trained: its data is described, its model is loaded, and its largest batch fits
 * into memory. It lives as long as the training, so it does not hold the weights of the checkpoint
 * that were copied into the model. Closing it frees the model.
 *
 * @param accepted the state in which this trainer found the run
 * @param recovered the run's own newest checkpoint, after its trainer disappeared; empty if a
 *     command started the run here
 * @param provenance the provenance of its checkpoints
 * @param warnings warnings for the owner of the run, one line each
 * @param model the model to train
 * @param epochs the weights at the ends of the last epochs
 * @param dryRun the dry run of that model
 */
record PreparedRun(
    RunState accepted,
    TrainingSetup setup,
    Optional<RecoveredCheckpoint> recovered,
    Provenance provenance,
    List<String> warnings,
    TrainableModel model,
    EpochWindow epochs,
    DryRun dryRun)
    implements AutoCloseable {
  /** Returns the same run with one more warning, unless it has it. */
  PreparedRun withWarning(String warning) {
    List<String> more = new ArrayList<>(warnings);
    if (!more.contains(warning)) {
      more.add(warning);
    }
    return new PreparedRun(accepted, setup, recovered, provenance, more, model, epochs, dryRun);
  }

  @Override
  public void close() {
    model.close();
  }
}
