package deepspeech.acoustic.model;

import deepspeech.messages.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The model once more, in plain loops and double precision, utterance by utterance without any
 * padding: what the fast one must agree with. It follows the text of the contract (kernels,
 * strides, normalisation, gate order), not the other code.
 */
final class ReferenceModel {
  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;

  private final ModelShape shape;
  private final Set<String> frozen;
  private final Map<String, double[]> values = new LinkedHashMap<>();

  ReferenceModel(ModelShape shape, Map<String, Tensor> parameters) {
    this(shape, parameters, Set.of());
  }

  /** A model with layers whose normalisation in training is that of evaluation. */
  ReferenceModel(ModelShape shape, Map<String, Tensor> parameters, Set<String> frozen) {
    this.shape = shape;
    this.frozen = frozen;
    parameters.forEach(
        (name, tensor) -> {
          float[] floats = tensor.toFloats();
          double[] doubles = new double[floats.length];
          for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
          }
          values.put(name, doubles);
        });
  }

  /** A parameter's values; running statistics change with {@link #losses} in training. */
  double[] values(String name) {
    return values.get(name);
  }

  /** Natural logarithms {@code [utterance][output time][vocabulary]}. */
  List<double[][]> logProbabilities(RaggedBatch batch, boolean training) {
    List<double[][][]> images = images(batch);
    for (int layer = 0; layer < shape.numConvLayers(); layer++) {
      images = convolution(images, layer, training);
    }
    List<double[][]> sequences = images.stream().map(ReferenceModel::channelMajor).toList();
    for (int layer = 0; layer < shape.numRnnLayers(); layer++) {
      sequences = recurrent(sequences, layer, training);
    }
    return sequences.stream().map(this::output).toList();
  }

  /** Negative log likelihoods in training mode. */
  double[] losses(RaggedBatch batch) {
    List<double[][]> outputs = logProbabilities(batch, true);
    double[] losses = new double[batch.size()];
    int label = 0;
    for (int u = 0; u < losses.length; u++) {
      int count = batch.labelLengths()[u];
      losses[u] = ctc(outputs.get(u), Arrays.copyOfRange(batch.labels(), label, label + count));
      label += count;
    }
    return losses;
  }

  private static List<double[][][]> images(RaggedBatch batch) {
    float[] features = batch.features().toFloats();
    List<double[][][]> images = new ArrayList<>();
    int row = 0;
    for (int frames : batch.frames()) {
      double[][][] image = new double[1][161][frames];
      for (int t = 0; t < frames; t++, row++) {
        for (int f = 0; f < 161; f++) {
          image[0][f][t] = features[row * 161 + f];
        }
      }
      images.add(image);
    }
    return images;
  }

  private List<double[][][]> convolution(List<double[][][]> images, int layer, boolean training) {
    String name = "conv." + layer;
    double[] weight = values.get(name + ".weight");
    List<double[][][]> convolved =
        images.stream()
            .map(
                image ->
                    layer == 0
                        ? convolve(image, weight, 41, 3, 20)
                        : convolve(image, weight, 21, 1, 10))
            .toList();
    for (int channel = 0; channel < 32; channel++) {
      int c = channel;
      List<double[]> rows = convolved.stream().flatMap(image -> Arrays.stream(image[c])).toList();
      normalise(rows, name, channel, training);
      for (double[] row : rows) {
        for (int t = 0; t < row.length; t++) {
          row[t] = Math.min(Math.max(row[t], 0), 20);
        }
      }
    }
    return convolved;
  }

  private static double[][][] convolve(
      double[][][] image, double[] weight, int kernel, int timeStride, int frequencyPadding) {
    int inputs = image.length;
    int bins = image[0].length;
    int frames = image[0][0].length;
    double[][][] out = new double[32][(bins - 1) / 2 + 1][(frames - 1) / timeStride + 1];
    for (int o = 0; o < 32; o++) {
      for (int f = 0; f < out[o].length; f++) {
        for (int t = 0; t < out[o][f].length; t++) {
          double sum = 0;
          for (int i = 0; i < inputs; i++) {
            for (int kf = 0; kf < kernel; kf++) {
              int bin = 2 * f + kf - frequencyPadding;
              for (int kt = 0; bin >= 0 && bin < bins && kt < 11; kt++) {
                int frame = timeStride * t + kt - 5;
                if (frame >= 0 && frame < frames) {
                  sum += image[i][bin][frame] * weight[((o * inputs + i) * kernel + kf) * 11 + kt];
                }
              }
            }
          }
          out[o][f][t] = sum;
        }
      }
    }
    return out;
  }

  /** Normalises all values of one channel in place. */
  private void normalise(List<double[]> rows, String layer, int channel, boolean training) {
    double[] runningMean = values.get(layer + ".norm.running_mean");
    double[] runningVariance = values.get(layer + ".norm.running_var");
    double mean = runningMean[channel];
    double variance = runningVariance[channel];
    if (training && !frozen.contains(layer)) {
      double count = rows.stream().mapToInt(row -> row.length).sum();
      mean = rows.stream().flatMapToDouble(Arrays::stream).sum() / count;
      double centre = mean;
      double squares =
          rows.stream().flatMapToDouble(Arrays::stream).map(x -> (x - centre) * (x - centre)).sum();
      variance = squares / count;
      runningMean[channel] += MOMENTUM * (mean - runningMean[channel]);
      runningVariance[channel] += MOMENTUM * (squares / (count - 1) - runningVariance[channel]);
    }
    double scale = values.get(layer + ".norm.weight")[channel] / Math.sqrt(variance + EPSILON);
    double offset = values.get(layer + ".norm.bias")[channel];
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (row[i] - mean) * scale + offset;
      }
    }
  }

  private static double[][] channelMajor(double[][][] image) {
    int bins = image[0].length;
    double[][] sequence = new double[image[0][0].length][32 * bins];
    for (int t = 0; t < sequence.length; t++) {
      for (int i = 0; i < 32 * bins; i++) {
        sequence[t][i] = image[i / bins][i % bins][t];
      }
    }
    return sequence;
  }

  private List<double[][]> recurrent(List<double[][]> sequences, int layer, boolean training) {
    String name = "rnn." + layer;
    List<double[][]> inputs =
        sequences.stream().map(s -> new double[s.length][s[0].length]).toList();
    for (int i = 0; i < sequences.get(0)[0].length; i++) {
      List<double[]> columns = new ArrayList<>();
      for (double[][] sequence : sequences) {
        int column = i;
        columns.add(Arrays.stream(sequence).mapToDouble(row -> row[column]).toArray());
      }
      normalise(columns, name, i, training);
      for (int u = 0; u < columns.size(); u++) {
        for (int t = 0; t < columns.get(u).length; t++) {
          inputs.get(u)[t][i] = columns.get(u)[t];
        }
      }
    }
    return inputs.stream().map(sequence -> bidirectional(sequence, name)).toList();
  }

  private double[][] bidirectional(double[][] sequence, String name) {
    int units = shape.rnnLayerSize();
    double[][] out = new double[sequence.length][2 * units];
    for (String direction : List.of("", "_reverse")) {
      double[] state = new double[units];
      for (int i = 0; i < sequence.length; i++) {
        int t = direction.isEmpty() ? i : sequence.length - 1 - i;
        state = gru(sequence[t], state, name, direction);
        System.arraycopy(state, 0, out[t], direction.isEmpty() ? 0 : units, units);
      }
    }
    return out;
  }

  private double[] gru(double[] input, double[] state, String name, String direction) {
    int units = state.length;
    double[] i =
        affine(
            input,
            values.get(name + ".weight_ih" + direction),
            values.get(name + ".bias_ih" + direction));
    double[] h =
        affine(
            state,
            values.get(name + ".weight_hh" + direction),
            values.get(name + ".bias_hh" + direction));
    double[] next = new double[units];
    for (int u = 0; u < units; u++) {
      double r = 1 / (1 + Math.exp(-(i[u] + h[u])));
      double z = 1 / (1 + Math.exp(-(i[units + u] + h[units + u])));
      double n = Math.tanh(i[2 * units + u] + r * h[2 * units + u]);
      next[u] = (1 - z) * n + z * state[u];
    }
    return next;
  }

  private double[][] output(double[][] sequence) {
    return Arrays.stream(sequence)
        .map(row -> logSoftmax(affine(row, values.get("output.weight"), values.get("output.bias"))))
        .toArray(double[][]::new);
  }

  private static double[] affine(double[] input, double[] weight, double[] bias) {
    double[] out = bias.clone();
    for (int o = 0; o < out.length; o++) {
      for (int i = 0; i < input.length; i++) {
        out[o] += weight[o * input.length + i] * input[i];
      }
    }
    return out;
  }

  private static double[] logSoftmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(x -> Math.exp(x - largest)).sum();
    return Arrays.stream(logits).map(x -> x - largest - Math.log(sum)).toArray();
  }

  /** The forward variables of Graves et al., ICML 2006, section 4.1, as plain probabilities. */
  private static double ctc(double[][] logProbabilities, int[] labels) {
    int[] extended = new int[2 * labels.length + 1];
    for (int i = 0; i < labels.length; i++) {
      extended[2 * i + 1] = labels[i];
    }
    double[] alpha = new double[extended.length];
    alpha[0] = 1;
    for (int t = 0; t < logProbabilities.length; t++) {
      double[] next = new double[extended.length];
      for (int s = 0; s < extended.length; s++) {
        double sum = alpha[s];
        if (s > 0 && (t > 0 || s == 1)) {
          sum += alpha[s - 1];
        }
        if (t > 0 && s > 1 && extended[s] != 0 && extended[s] != extended[s - 2]) {
          sum += alpha[s - 2];
        }
        next[s] = sum * Math.exp(logProbabilities[t][extended[s]]);
      }
      alpha = next;
    }
    double likelihood =
        alpha[extended.length - 1] + (extended.length > 1 ? alpha[extended.length - 2] : 0);
    return -Math.log(likelihood);
  }
}
