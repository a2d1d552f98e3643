package deepspeech.acoustic.onnx;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * A constant F32 tensor of an ONNX graph, whose values are made while they are written: a model of
 * hundreds of megabytes is never in memory a second time.
 */
record Initializer(String name, List<Long> shape, Values values) {
  /** Produces exactly as many values as the shape has elements. */
  interface Values {
    void writeTo(FloatSink sink) throws IOException;
  }

  Initializer {
    shape = List.copyOf(shape);
  }

  static Initializer of(String name, Values values, long... shape) {
    return new Initializer(name, Arrays.stream(shape).boxed().toList(), values);
  }

  long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
