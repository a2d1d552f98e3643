package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scale of the loss between two steps.
 *
 * @param scale from 1
 * @param finiteInARow gradients that were finite since the scale changed
 */
public record LossScaleState(float scale, int finiteInARow) {
  /** The state with which a run begins. */
  public static final LossScaleState INITIAL = new LossScaleState(65_536, 0);

  static final float LEAST = 1;
  private static final String SCALE = "loss_scale";
  private static final String FINITE = "loss_scale.finite_in_a_row";

  public LossScaleState {
    InvalidMessageException.require(
        scale >= LEAST && Float.isFinite(scale), SCALE, scale, "a number from 1");
    InvalidMessageException.require(finiteInARow >= 0, FINITE, finiteInARow, "from 0");
  }

  /**
   * Returns the arrays of {@code optimizer.safetensors}: {@code loss_scale} as F32 {@code [1]}, and
   * {@code loss_scale.finite_in_a_row} as I64 {@code [1]}.
   */
  public Map<String, Tensor> toTensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(SCALE, Tensor.f32(new float[] {scale}, 1));
    tensors.put(FINITE, StoredNumber.write(finiteInARow));
    return tensors;
  }

  /**
   * Removes the result of {@link #toTensors()} from the arrays of {@code optimizer.safetensors}.
   *
   * @return empty if it is not among them
   * @throws InvalidMessageException if only one is there, or one of another type
   */
  public static Optional<LossScaleState> takeFrom(Map<String, Tensor> tensors) {
    Tensor scale = tensors.remove(SCALE);
    Tensor finite = tensors.remove(FINITE);
    if (scale == null && finite == null) {
      return Optional.empty();
    }
    InvalidMessageException.require(
        scale != null && scale.type() == TensorType.F32 && scale.shape().equals(List.of(1L)),
        SCALE,
        scale == null ? "nothing" : scale.type() + " " + scale.shape(),
        "F32 [1]");
    return Optional.of(
        new LossScaleState(
            scale.toFloats()[0], Math.toIntExact(StoredNumber.read(FINITE, finite))));
  }
}
