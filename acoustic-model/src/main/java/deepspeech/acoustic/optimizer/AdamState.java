package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The optimiser's state between two steps, as host arrays.
 *
 * @param step number of steps taken
 * @param fewer the number of steps of each weight that took part in fewer of them, by its name
 * @param moments {@code exp_avg.NAME} and {@code exp_avg_sq.NAME} for each trainable parameter, F32
 *     of the parameter's shape
 */
public record AdamState(long step, Map<String, Long> fewer, Map<String, Tensor> moments) {
  private static final String STEP = "step";
  private static final String STEP_OF = "step.";

  /** Preserves the order of the moments. */
  public AdamState {
    InvalidMessageException.require(step >= 0, STEP, step, "from 0");
    fewer = Collections.unmodifiableMap(new LinkedHashMap<>(fewer));
    moments = Collections.unmodifiableMap(new LinkedHashMap<>(moments));
  }

  /** A state of weights that all took part in all steps. */
  public AdamState(long step, Map<String, Tensor> moments) {
    this(step, Map.of(), moments);
  }

  /** Returns the number of steps in which a weight took part. */
  long stepsOf(String weight) {
    return fewer.getOrDefault(weight, step);
  }

  /**
   * Returns the contents of {@code optimizer.safetensors}: the moments, {@code step} as I64 {@code
   * [1]}, and {@code step.NAME} for each weight that took part in fewer steps.
   */
  public Map<String, Tensor> toTensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(STEP, StoredNumber.write(step));
    fewer.forEach((weight, steps) -> tensors.put(STEP_OF + weight, StoredNumber.write(steps)));
    tensors.putAll(moments);
    return tensors;
  }

  /**
   * Reads the result of {@link #toTensors()}.
   *
   * @throws InvalidMessageException if {@code step} is missing, or a number of steps is of another
   *     type
   */
  public static AdamState fromTensors(Map<String, Tensor> tensors) {
    long step = StoredNumber.read(STEP, tensors.get(STEP));
    Map<String, Long> fewer = new LinkedHashMap<>();
    Map<String, Tensor> moments = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(STEP_OF)) {
            fewer.put(name.substring(STEP_OF.length()), StoredNumber.read(name, tensor));
          } else if (!name.equals(STEP)) {
            moments.put(name, tensor);
          }
        });
    return new AdamState(step, fewer, moments);
  }
}
