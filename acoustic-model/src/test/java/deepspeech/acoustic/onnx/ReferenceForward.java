package deepspeech.acoustic.onnx;

import deepspeech.acoustic.model.ModelShape;
import java.util.HashMap;
import java.util.Map;

/**
 * DeepSpeech2 for one utterance in float64, written from the formulas: no batch, no padding, no
 * folding. It shares nothing with the export.
 */
final class ReferenceForward {
  private final ModelShape shape;
  private final Map<String, float[]> parameters = new HashMap<>();

  ReferenceForward(RandomModel model) {
    this.shape = model.shape;
    model.parameters.forEach((name, tensor) -> parameters.put(name, tensor.toFloats()));
  }

  /** Log probabilities {@code [output frames][vocabulary]}. */
  double[][] logProbabilities(float[][] features) {
    double[][][] image = new double[1][161][features.length];
    for (int t = 0; t < features.length; t++) {
      for (int bin = 0; bin < 161; bin++) {
        image[0][bin][t] = features[t][bin];
      }
    }
    for (int i = 0; i < shape.numConvLayers(); i++) {
      image = convolution(i, image);
    }
    int bins = image[0].length;
    int frames = image[0][0].length;
    double[][] sequence = new double[frames][32 * bins];
    for (int t = 0; t < frames; t++) {
      for (int k = 0; k < 32 * bins; k++) {
        sequence[t][k] = image[k / bins][k % bins][t];
      }
    }
    for (int i = 0; i < shape.numRnnLayers(); i++) {
      sequence = recurrent("rnn." + i, sequence);
    }
    return softmax(sequence);
  }

  private double[][][] convolution(int i, double[][][] in) {
    int kernel = i == 0 ? 41 : 21;
    int padding = kernel / 2;
    int stride = i == 0 ? 3 : 1;
    int bins = (in[0].length - 1) / 2 + 1;
    int frames = (in[0][0].length - 1) / stride + 1;
    float[] weight = parameters.get("conv." + i + ".weight");
    double[][][] out = new double[32][bins][frames];
    for (int c = 0; c < 32; c++) {
      for (int f = 0; f < bins; f++) {
        for (int t = 0; t < frames; t++) {
          double sum = 0;
          for (int from = 0; from < in.length; from++) {
            for (int df = 0; df < kernel; df++) {
              for (int dt = 0; dt < 11; dt++) {
                int bin = f * 2 + df - padding;
                int frame = t * stride + dt - 5;
                if (bin >= 0 && bin < in[0].length && frame >= 0 && frame < in[0][0].length) {
                  sum +=
                      weight[((c * in.length + from) * kernel + df) * 11 + dt]
                          * in[from][bin][frame];
                }
              }
            }
          }
          out[c][f][t] = Math.min(20, Math.max(0, norm("conv." + i + ".norm", c, sum)));
        }
      }
    }
    return out;
  }

  private double norm(String name, int feature, double value) {
    double mean = parameters.get(name + ".running_mean")[feature];
    double variance = parameters.get(name + ".running_var")[feature];
    return (value - mean) / Math.sqrt(variance + 1e-5) * parameters.get(name + ".weight")[feature]
        + parameters.get(name + ".bias")[feature];
  }

  private double[][] recurrent(String name, double[][] in) {
    int hidden = shape.rnnLayerSize();
    double[][] normalised = new double[in.length][in[0].length];
    for (int t = 0; t < in.length; t++) {
      for (int k = 0; k < in[0].length; k++) {
        normalised[t][k] = norm(name + ".norm", k, in[t][k]);
      }
    }
    double[][] out = new double[in.length][2 * hidden];
    double[] state = new double[hidden];
    for (int t = 0; t < in.length; t++) {
      state = cell(name, "", normalised[t], state);
      System.arraycopy(state, 0, out[t], 0, hidden);
    }
    state = new double[hidden];
    for (int t = in.length - 1; t >= 0; t--) {
      state = cell(name, "_reverse", normalised[t], state);
      System.arraycopy(state, 0, out[t], hidden, hidden);
    }
    return out;
  }

  /** The formulas of torch.nn.GRU. */
  private double[] cell(String name, String suffix, double[] x, double[] h) {
    double[] fromInput =
        linear(
            parameters.get(name + ".weight_ih" + suffix),
            parameters.get(name + ".bias_ih" + suffix),
            x);
    double[] fromState =
        linear(
            parameters.get(name + ".weight_hh" + suffix),
            parameters.get(name + ".bias_hh" + suffix),
            h);
    int hidden = h.length;
    double[] next = new double[hidden];
    for (int k = 0; k < hidden; k++) {
      double r = sigmoid(fromInput[k] + fromState[k]);
      double z = sigmoid(fromInput[hidden + k] + fromState[hidden + k]);
      double n = Math.tanh(fromInput[2 * hidden + k] + r * fromState[2 * hidden + k]);
      next[k] = (1 - z) * n + z * h[k];
    }
    return next;
  }

  private double[][] softmax(double[][] sequence) {
    double[][] out = new double[sequence.length][];
    for (int t = 0; t < sequence.length; t++) {
      double[] logits =
          linear(parameters.get("output.weight"), parameters.get("output.bias"), sequence[t]);
      double sum = 0;
      for (double logit : logits) {
        sum += Math.exp(logit);
      }
      out[t] = new double[logits.length];
      for (int token = 0; token < logits.length; token++) {
        out[t][token] = logits[token] - Math.log(sum);
      }
    }
    return out;
  }

  private static double[] linear(float[] weight, float[] bias, double[] x) {
    double[] out = new double[bias.length];
    for (int row = 0; row < bias.length; row++) {
      out[row] = bias[row];
      for (int column = 0; column < x.length; column++) {
        out[row] += weight[row * x.length + column] * x[column];
      }
    }
    return out;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
