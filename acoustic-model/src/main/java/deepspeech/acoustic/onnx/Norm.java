package deepspeech.acoustic.onnx;

import java.io.IOException;
import java.nio.FloatBuffer;

/** Batch normalisation with running statistics. */
final class Norm {
  private static final double EPSILON = 1e-5;

  private final FloatBuffer weight;
  private final FloatBuffer bias;
  private final FloatBuffer mean;
  private final FloatBuffer variance;

  Norm(FloatBuffer weight, FloatBuffer bias, FloatBuffer mean, FloatBuffer variance) {
    this.weight = weight;
    this.bias = bias;
    this.mean = mean;
    this.variance = variance;
  }

  /** Returns the factor of the deviation from the mean. */
  double scale(int feature) {
    return weight.get(feature) / Math.sqrt(variance.get(feature) + EPSILON);
  }

  double bias(int feature) {
    return bias.get(feature);
  }

  double mean(int feature) {
    return mean.get(feature);
  }

  void writeMean(FloatSink sink) throws IOException {
    sink.put(mean, 0, mean.limit());
  }
}
