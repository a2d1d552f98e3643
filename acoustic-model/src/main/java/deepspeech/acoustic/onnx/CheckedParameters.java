package deepspeech.acoustic.onnx;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Parameters with a check of type and shape on each access. */
record CheckedParameters(Map<String, Tensor> parameters) {
  /** Returns the values of a parameter, row-major, without copying them. */
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
