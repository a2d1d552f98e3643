package deepspeech.acoustic.onnx;

import java.io.IOException;
import java.nio.FloatBuffer;

/** Receives the values of a tensor, row-major, one after another. */
interface FloatSink {
  void put(float value) throws IOException;

  default void put(FloatBuffer values, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      put(values.get(i));
    }
  }
}
