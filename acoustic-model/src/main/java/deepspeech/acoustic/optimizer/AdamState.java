package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The optimiser's state between two steps, as host arrays.
 *
 * @param step number of steps taken
 * @param moments {@code exp_avg.NAME} and {@code exp_avg_sq.NAME} for each trainable parameter, F32
 *     of the parameter's shape
 */
public record AdamState(long step, Map<String, Tensor> moments) {
  private static final String STEP = "step";

  /** Preserves the order of the moments. */
  public AdamState {
    InvalidMessageException.require(step >= 0, STEP, step, "from 0");
    moments = Collections.unmodifiableMap(new LinkedHashMap<>(moments));
  }

  /**
   * Returns the contents of {@code optimizer.safetensors}: the moments, and {@code step} as I64
   * {@code [1]}.
   */
  public Map<String, Tensor> toTensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(STEP, Tensor.i64(new long[] {step}, 1));
    tensors.putAll(moments);
    return tensors;
  }

  /**
   * Reads the result of {@link #toTensors()}.
   *
   * @throws InvalidMessageException if {@code step} is missing or of another type
   */
  public static AdamState fromTensors(Map<String, Tensor> tensors) {
    Tensor step = tensors.get(STEP);
    InvalidMessageException.require(
        step != null && step.type() == TensorType.I64 && step.shape().equals(List.of(1L)),
        STEP,
        step == null ? "nothing" : step.type() + " " + step.shape(),
        "I64 [1]");
    Map<String, Tensor> moments = new LinkedHashMap<>(tensors);
    moments.remove(STEP);
    return new AdamState(step.toLongs()[0], moments);
  }
}
