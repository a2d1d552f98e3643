package deepspeech.acoustic.optimizer;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.util.List;

/** A whole number among the arrays of a safetensors file, as I64 {@code [1]}. */
final class StoredNumber {
  private StoredNumber() {}

  static Tensor write(long value) {
    return Tensor.i64(new long[] {value}, 1);
  }

  /**
   * Reads a number.
   *
   * @throws InvalidMessageException if the array is missing, or of another type or shape
   */
  static long read(String name, Tensor tensor) {
    InvalidMessageException.require(
        tensor != null && tensor.type() == TensorType.I64 && tensor.shape().equals(List.of(1L)),
        name,
        tensor == null ? "nothing" : tensor.type() + " " + tensor.shape(),
        "I64 [1]");
    return tensor.toLongs()[0];
  }
}
