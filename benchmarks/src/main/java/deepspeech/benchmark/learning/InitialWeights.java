package deepspeech.benchmark.learning;

import deepspeech.acoustic.model.InitialValues;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.Parameter;
import deepspeech.messages.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Initialises the weights of a model by the trainer's own rules or by others. Every array has its
 * own random numbers, so that a change of one array leaves the others unchanged.
 */
final class InitialWeights {
  private final LearningSettings settings;
  private final ModelShape shape;

  InitialWeights(LearningSettings settings, ModelShape shape) {
    this.settings = settings;
    this.shape = shape;
  }

  /** Every parameter by its name. */
  Map<String, Tensor> all() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    shape.parameters().forEach(parameter -> all.put(parameter.name(), of(parameter)));
    return all;
  }

  private Tensor of(Parameter parameter) {
    String name = parameter.name();
    if (name.equals("conv.0.weight")) {
      return of(parameter, settings.initial("conv"));
    }
    if (name.matches("conv\\.[12]\\.weight")) {
      return of(parameter, settings.initial("inner"));
    }
    if (name.contains(".weight_ih")) {
      return of(parameter, settings.initial("ih"));
    }
    if (name.contains(".weight_hh")) {
      return of(parameter, settings.initial("hh"));
    }
    if (name.contains(".bias_")) {
      return of(parameter, settings.initial("bias"));
    }
    if (name.equals("output.weight")) {
      return of(parameter, settings.initial("out"));
    }
    if (name.equals("output.bias")) {
      return of(parameter, settings.initial("outbias"));
    }
    return parameter.initialValues(settings.seed());
  }

  private Tensor of(Parameter parameter, InitialDistribution way) {
    long[] dimensions = parameter.shape().stream().mapToLong(Long::longValue).toArray();
    if (!way.fits(dimensions)) {
      throw new LearningSettings.InvalidSettingException(
          "%s for %s of shape %s".formatted(way, parameter.name(), parameter.shape()),
          InitialDistribution.FITTING);
    }
    Random random = new Random(31L * settings.seed() + parameter.name().hashCode());
    double fanIn = (double) parameter.size() / dimensions[0];
    // In the weights of a GRU, each gate has its own outputs.
    double fanOut =
        parameter.name().startsWith("rnn.") ? shape.rnnLayerSize() : (double) dimensions[0];
    return switch (way.kind()) {
      case TRAINER -> parameter.initialValues(settings.seed());
      case ZERO -> initialTensor(parameter, new InitialValues.Constant(0));
      case UNIFORM -> initialTensor(parameter, new InitialValues.Uniform(1 / Math.sqrt(fanIn)));
      case LECUN -> normal(random, Math.sqrt(1 / fanIn), dimensions);
      case HE -> normal(random, Math.sqrt(2 / fanIn), dimensions);
      case GLOROT -> normal(random, Math.sqrt(2 / (fanIn + fanOut)), dimensions);
      case ORTHOGONAL -> orthogonal(random, (int) dimensions[0], (int) dimensions[1]);
      case DELTA -> deltaOrthogonal(random, way.value(), dimensions);
      case BLANK -> initialTensor(parameter, new InitialValues.BlankPrior(way.value()));
      case NORMAL -> normal(random, way.value(), dimensions);
    };
  }

  private Tensor initialTensor(Parameter parameter, InitialValues initial) {
    return new Parameter(parameter.name(), parameter.shape(), parameter.role(), initial)
        .initialValues(settings.seed());
  }

  private static Tensor normal(Random random, double deviation, long... dimensions) {
    float[] values = new float[(int) Arrays.stream(dimensions).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return Tensor.f32(values, dimensions);
  }

  /**
   * Delta-orthogonal initialisation: Xiao et al., "Dynamical isometry and a mean field theory of
   * CNNs", ICML 2018, section 3.2.
   */
  private static Tensor deltaOrthogonal(Random random, double gain, long... dimensions) {
    int channels = (int) dimensions[0];
    int taps = (int) (dimensions[2] * dimensions[3]);
    float[] centre = orthogonal(random, channels, channels).toFloats();
    float[] values = new float[centre.length * taps];
    for (int i = 0; i < centre.length; i++) {
      values[i * taps + taps / 2] = (float) (gain * centre[i]);
    }
    return Tensor.f32(values, dimensions);
  }

  /** Square matrices one below the other, each with orthonormal rows (Gram-Schmidt process). */
  private static Tensor orthogonal(Random random, int rows, int columns) {
    double[][] basis = new double[rows][];
    float[] values = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      basis[row] = random.doubles(columns, -1, 1).toArray();
      int square = row / columns * columns;
      // Two passes are enough: Giraud et al., "The loss of orthogonality in the Gram-Schmidt
      // orthogonalization process", 2005.
      for (int pass = 0; pass < 2; pass++) {
        for (int other = square; other < row; other++) {
          double product = product(basis[row], basis[other]);
          for (int i = 0; i < columns; i++) {
            basis[row][i] -= product * basis[other][i];
          }
        }
      }
      double norm = Math.sqrt(product(basis[row], basis[row]));
      for (int i = 0; i < columns; i++) {
        basis[row][i] /= norm;
        values[row * columns + i] = (float) basis[row][i];
      }
    }
    return Tensor.f32(values, rows, columns);
  }

  private static double product(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }
}
