package deepspeech.trainer.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Versions of how a step changes the weights. A checkpoint records the version by which it was
 * trained. A checkpoint of an earlier version can be resumed, and the run reports what is different
 * from then on.
 *
 * <ol>
 *   <li>The gradients of the second and the third convolution were read in memory order, which is
 *       not the order of the weights.
 *   <li>Every weight is trained on its own gradient.
 *   <li>With several devices, their gradients are averaged. Before, they were added. Utterances are
 *       divided among the devices by frames. Before, the devices had the same number of utterances.
 * </ol>
 */
public final class TrainingRecipe {
  /** The version by which this build trains. */
  public static final int CURRENT = 3;

  /** The version of checkpoints that do not record one. */
  static final int FIRST = 1;

  /** The version from which on the gradients of several devices are averaged. */
  private static final int AVERAGED = 3;

  private TrainingRecipe() {}

  /**
   * Returns what changes for a run that resumes from a checkpoint, in one line; empty if nothing
   * does.
   */
  public static Optional<String> changesSince(TrainingState checkpoint) {
    List<String> changes = new ArrayList<>();
    if (checkpoint.recipe() == FIRST) {
      for (int layer = 1; layer < checkpoint.model().numConvLayers(); layer++) {
        changes.add(
            "conv.%d is trained with its gradient, whose values earlier versions used in the wrong order"
                .formatted(layer));
      }
    }
    if (checkpoint.recipe() < AVERAGED && checkpoint.devices() > 1) {
      changes.add(
          "the gradients of the %d devices are averaged, which earlier versions added, and utterances are divided by frames"
              .formatted(checkpoint.devices()));
    }
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "resume_model: checkpoint %s/%s was written by an earlier version; from there on %s"
                .formatted(checkpoint.run(), checkpoint.checkpoint(), String.join("; ", changes)));
  }
}
