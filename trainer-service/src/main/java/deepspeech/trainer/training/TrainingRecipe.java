package deepspeech.trainer.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Editions of how a step changes the weights. A checkpoint says by which it was trained; one of an
 * earlier edition can be resumed, and the run says what is different from there on.
 *
 * <ol>
 *   <li>The gradients of the second and third convolution were taken in the order of their memory,
 *       which is not that of the weights.
 *   <li>Every weight is trained on its own gradient.
 * </ol>
 */
public final class TrainingRecipe {
  /** The edition that this build trains by. */
  public static final int CURRENT = 2;

  /** That of checkpoints that do not say it. */
  static final int FIRST = 1;

  private TrainingRecipe() {}

  /** What changes for a run that resumes from a checkpoint, in one line; empty if nothing does. */
  public static Optional<String> changesSince(TrainingState checkpoint) {
    List<String> changes = new ArrayList<>();
    if (checkpoint.recipe() == FIRST) {
      for (int layer = 1; layer < checkpoint.model().numConvLayers(); layer++) {
        changes.add(
            "conv.%d is trained on its gradient, of which earlier trainers took the values in the wrong order"
                .formatted(layer));
      }
    }
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "resume_model: checkpoint %s/%s was trained by an earlier trainer; from there on %s"
                .formatted(checkpoint.run(), checkpoint.checkpoint(), String.join("; ", changes)));
  }
}
