package deepspeech.acoustic.model;

import deepspeech.messages.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * One named array of a model, with its initial values.
 *
 * @param name the name in {@code model.safetensors}
 * @param shape the dimensions
 * @param role whether the optimiser changes the array
 * @param initial the initial values
 */
public record Parameter(String name, List<Long> shape, Role role, InitialValues initial) {
  /** What changes an array during training. */
  public enum Role {
    /** The optimiser, by gradients. */
    TRAINABLE,
    /** Batch normalisation, as a running mean or variance. */
    STATISTIC
  }

  public Parameter {
    shape = List.copyOf(shape);
  }

  /**
   * Creates a trainable parameter with initial values within ±1/√fan-in (LeCun et al., "Efficient
   * BackProp", 1998; PyTorch's default for convolutions, GRU and linear layers).
   */
  static Parameter uniform(String name, int fanIn, long... shape) {
    return new Parameter(
        name, boxed(shape), Role.TRAINABLE, new InitialValues.Uniform(1 / Math.sqrt(fanIn)));
  }

  static Parameter constant(String name, Role role, double value, long... shape) {
    return new Parameter(name, boxed(shape), role, new InitialValues.Constant(value));
  }

  /**
   * Returns true if the parameter belongs to the layer, which is one of {@link
   * ModelShape#layers()}.
   */
  boolean isOf(String layer) {
    return name.startsWith(layer + ".");
  }

  /** Returns the number of values. */
  public long size() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /**
   * Returns the initial values. They depend only on the seed and the name, not on the order, the
   * device or other parameters.
   */
  public Tensor initialValues(long seed) {
    CRC32 hash = new CRC32();
    hash.update(name.getBytes(StandardCharsets.UTF_8));
    SplittableRandom random =
        new SplittableRandom(new SplittableRandom(seed).nextLong() ^ hash.getValue());
    return Tensor.f32(
        initial.of(Math.toIntExact(size()), random),
        shape.stream().mapToLong(Long::longValue).toArray());
  }

  private static List<Long> boxed(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
