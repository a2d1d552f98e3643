package deepspeech.acoustic.onnx;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Parameters whose types and shapes have been compared with the model's. */
record CheckedParameters(Map<String, Tensor> parameters) {
  /** The values row-major, without a copy. */
  FloatBuffer get(String name, long... shape) {
    Tensor tensor = parameters.get(name);
    List<Long> expected = Arrays.stream(shape).boxed().toList();
    InvalidMessageException.require(
        tensor != null && tensor.type() == TensorType.F32 && tensor.shape().equals(expected),
        name,
        tensor == null ? "nothing" : tensor.type() + " " + tensor.shape(),
        "F32 " + expected);
    return tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
