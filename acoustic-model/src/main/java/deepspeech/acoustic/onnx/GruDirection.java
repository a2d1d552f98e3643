package deepspeech.acoustic.onnx;

import java.io.IOException;
import java.nio.FloatBuffer;

/** One direction of a GRU layer. */
final class GruDirection {
  /** Indices of PyTorch's gates (r, z, n) in ONNX's order: z, r, n. */
  private static final int[] GATES = {1, 0, 2};

  private final int inputs;
  private final int hidden;
  private final FloatBuffer inputWeights;
  private final FloatBuffer recurrentWeights;
  private final FloatBuffer inputBias;
  private final FloatBuffer recurrentBias;

  GruDirection(CheckedParameters parameters, String layer, String suffix, int inputs, int hidden) {
    this.inputs = inputs;
    this.hidden = hidden;
    inputWeights = parameters.get(layer + ".weight_ih" + suffix, 3L * hidden, inputs);
    recurrentWeights = parameters.get(layer + ".weight_hh" + suffix, 3L * hidden, hidden);
    inputBias = parameters.get(layer + ".bias_ih" + suffix, 3L * hidden);
    recurrentBias = parameters.get(layer + ".bias_hh" + suffix, 3L * hidden);
  }

  void writeInputWeights(FloatSink sink, Norm norm) throws IOException {
    double[] scale = scale(norm);
    for (int gate : GATES) {
      for (int row = gate * hidden; row < (gate + 1) * hidden; row++) {
        for (int column = 0; column < inputs; column++) {
          sink.put((float) (inputWeights.get(row * inputs + column) * scale[column]));
        }
      }
    }
  }

  void writeRecurrentWeights(FloatSink sink) throws IOException {
    for (int gate : GATES) {
      sink.put(recurrentWeights, gate * hidden * hidden, hidden * hidden);
    }
  }

  void writeBiases(FloatSink sink, Norm norm) throws IOException {
    for (int gate : GATES) {
      for (int row = gate * hidden; row < (gate + 1) * hidden; row++) {
        double bias = inputBias.get(row);
        for (int column = 0; column < inputs; column++) {
          bias += (double) inputWeights.get(row * inputs + column) * norm.bias(column);
        }
        sink.put((float) bias);
      }
    }
    for (int gate : GATES) {
      sink.put(recurrentBias, gate * hidden, hidden);
    }
  }

  private double[] scale(Norm norm) {
    double[] scale = new double[inputs];
    for (int column = 0; column < inputs; column++) {
      scale[column] = norm.scale(column);
    }
    return scale;
  }
}
