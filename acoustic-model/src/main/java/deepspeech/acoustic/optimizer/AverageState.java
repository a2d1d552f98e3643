package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A moving average between two steps, as host arrays.
 *
 * @param updates the number of updates since the average began
 * @param values the averaged values, by name
 */
public record AverageState(long updates, Map<String, Tensor> values) {
  private static final String UPDATES = "updates";

  /** Preserves the order of the values. */
  public AverageState {
    InvalidMessageException.require(updates >= 0, UPDATES, updates, "from 0");
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Returns the values, and {@code updates} as I64 {@code [1]}. */
  public Map<String, Tensor> toTensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(UPDATES, StoredNumber.write(updates));
    tensors.putAll(values);
    return tensors;
  }

  /**
   * Reads the result of {@link #toTensors()}.
   *
   * @throws InvalidMessageException if {@code updates} is missing or of another type
   */
  public static AverageState fromTensors(Map<String, Tensor> tensors) {
    Map<String, Tensor> values = new LinkedHashMap<>(tensors);
    return new AverageState(StoredNumber.read(UPDATES, values.remove(UPDATES)), values);
  }
}
