package deepspeech.acoustic.onnx;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.messages.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Random parameters of a model, running statistics of a network in mid-training included. */
final class RandomModel {
  final ModelShape shape;
  final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Random random;

  RandomModel(ModelShape shape, long seed) {
    this.shape = shape;
    this.random = new Random(seed);
    int bins = 161;
    for (int i = 0; i < shape.numConvLayers(); i++) {
      int channels = i == 0 ? 1 : 32;
      int kernel = i == 0 ? 41 : 21;
      double bound = Math.sqrt(6.0 / (channels * kernel * 11));
      uniform("conv." + i + ".weight", bound, 32, channels, kernel, 11);
      norm("conv." + i + ".norm", 32);
      bins = (bins - 1) / 2 + 1;
    }
    int inputs = 32 * bins;
    int hidden = shape.rnnLayerSize();
    for (int i = 0; i < shape.numRnnLayers(); i++) {
      norm("rnn." + i + ".norm", inputs);
      for (String suffix : new String[] {"", "_reverse"}) {
        uniform("rnn." + i + ".weight_ih" + suffix, 3 / Math.sqrt(inputs), 3L * hidden, inputs);
        uniform("rnn." + i + ".weight_hh" + suffix, 3 / Math.sqrt(hidden), 3L * hidden, hidden);
        uniform("rnn." + i + ".bias_ih" + suffix, 0.5, 3L * hidden);
        uniform("rnn." + i + ".bias_hh" + suffix, 0.5, 3L * hidden);
      }
      inputs = 2 * hidden;
    }
    uniform("output.weight", 1, shape.vocabularySize(), inputs);
    uniform("output.bias", 0.5, shape.vocabularySize());
  }

  OnnxMetadata metadata() {
    return new OnnxMetadata(
        IntStream.range(0, shape.vocabularySize())
            .mapToObj(token -> token == 0 ? "<blank>" : Character.toString('a' + token - 1))
            .toList(),
        DoubleStream.generate(() -> random.nextDouble()).limit(161).toArray(),
        DoubleStream.generate(() -> 1 + random.nextDouble()).limit(161).toArray(),
        Map.of("run", "demo", "checkpoint", "epoch-0001"));
  }

  /** Features of an utterance, {@code [frames][161]}. */
  float[][] utterance(int frames) {
    float[][] features = new float[frames][161];
    for (float[] frame : features) {
      for (int bin = 0; bin < 161; bin++) {
        frame[bin] = (float) random.nextGaussian();
      }
    }
    return features;
  }

  private void norm(String name, int size) {
    parameters.put(name + ".weight", values(0.5, 1.5, size));
    parameters.put(name + ".bias", values(-0.5, 1, size));
    parameters.put(name + ".running_mean", values(-1, 3, size));
    parameters.put(name + ".running_var", values(0.01, 4, size));
  }

  private void uniform(String name, double bound, long... shape) {
    parameters.put(name, values(-bound, bound, shape));
  }

  private Tensor values(double from, double to, long... shape) {
    float[] values = new float[(int) LongStream.of(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (from + (to - from) * random.nextDouble());
    }
    return Tensor.f32(values, shape);
  }
}
