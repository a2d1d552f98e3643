package deepspeech.acoustic.onnx;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * A constant F32 tensor of an ONNX graph. Its values are computed while they are written, so that a
 * model of hundreds of megabytes is never held in memory twice.
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
