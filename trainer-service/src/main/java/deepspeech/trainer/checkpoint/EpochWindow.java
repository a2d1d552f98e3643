package deepspeech.trainer.checkpoint;

import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.tensor.Tensor;
import java.util.Map;

/**
 * The weights at the ends of the last epochs of a run, while it is trained. {@code model.onnx} of a
 * checkpoint at the end of an epoch is made of their mean. Must be used by the training thread
 * only.
 */
public final class EpochWindow {
  private final int size;
  private EpochWeights ends;

  /**
   * Begins with what a checkpoint has.
   *
   * @param size the number of epochs, from 1; with 1 there is no mean, and nothing is kept
   * @param begun the weights at the ends of earlier epochs, as far as they are known
   */
  public EpochWindow(int size, EpochWeights begun) {
    this.size = size;
    this.ends = begun.newest(size - 1).copied();
  }

  /** Creates a window for a run whose weights are not averaged. */
  public static EpochWindow none() {
    return new EpochWindow(1, EpochWeights.NONE);
  }

  /**
   * Returns what a checkpoint has of the window.
   *
   * @param parameters the weights of the checkpoint
   */
  Part at(CheckpointId id, Map<String, Tensor> parameters) {
    EpochWeights averaged = EpochWeights.NONE;
    if (id.isEndOfEpoch() && size > 1) {
      averaged = ends.with(id.epoch(), parameters);
      ends = averaged.newest(size - 1);
    }
    return new Part(averaged, ends.without(id.epoch()));
  }

  /**
   * The part of a window that belongs to a checkpoint.
   *
   * @param averaged the weights whose mean {@code model.onnx} is made of; none if it is made of the
   *     weights of the checkpoint
   * @param earlier the weights of earlier epochs that the averages of later checkpoints need
   */
  public record Part(EpochWeights averaged, EpochWeights earlier) {}
}
