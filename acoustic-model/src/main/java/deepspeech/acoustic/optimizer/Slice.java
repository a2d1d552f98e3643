package deepspeech.acoustic.optimizer;

import deepspeech.messages.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A contiguous part of a weight.
 *
 * @param weight its name
 * @param from first value, inclusive, in the order of the values in memory
 * @param to last value, exclusive
 */
record Slice(String weight, int from, int to) {
  int size() {
    return to - from;
  }

  /** Returns this part of an F32 tensor, without copying it. */
  Tensor of(Tensor whole) {
    return new Tensor(
        whole.type(),
        List.of((long) size()),
        whole.data().slice(from * Float.BYTES, size() * Float.BYTES));
  }

  /**
   * Joins this part with the other ones.
   *
   * @param others the whole with the other parts that were joined before; null if this is the first
   * @param part this part, which may become the whole
   * @param shape that of the whole
   */
  Tensor joined(Tensor others, Tensor part, List<Long> shape) {
    int values = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    if (size() == values) {
      return new Tensor(part.type(), shape, part.data());
    }
    Tensor whole = others;
    if (whole == null) {
      whole = new Tensor(part.type(), shape, ByteBuffer.allocate(values * Float.BYTES));
    }
    of(whole).data().put(part.data().duplicate());
    return whole;
  }
}
