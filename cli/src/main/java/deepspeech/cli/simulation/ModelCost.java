package deepspeech.cli.simulation;

import deepspeech.messages.features.FeatureBatch;

/**
 * What a DeepSpeech2 model with the default two convolutions takes to compute and to store. The
 * layers are those of {@code ModelShape} of acoustic-model: convolutions of 32 channels, 41×11 with
 * stride 2×3 and 21×11 with stride 2×1 (frequency × time), bidirectional GRU layers, and a linear
 * layer to the vocabulary.
 *
 * @param layers number of GRU layers, from 1
 * @param units units of one direction of a GRU layer, from 1
 * @param vocabulary number of tokens with the blank, from 2
 * @param averages the averages of its weights
 */
public record ModelCost(int layers, int units, int vocabulary, WeightAverages averages) {
  /** The manual's model, which the figures of checkpoints and of evaluation were measured with. */
  static final ModelCost MEASURED = new ModelCost(3, 1024, 4300);

  /** Output frames per second of audio: one for every third feature frame of 10 ms. */
  static final double OUTPUT_FRAMES_PER_SECOND = 100 / 3.0;

  private static final long CHANNELS = 32;
  private static final long FIRST_KERNEL = 41 * 11;
  private static final long SECOND_KERNEL = 21 * 11;
  private static final long GATES = 3;
  private static final int DIRECTIONS = 2;

  /** The backward pass computes the gradients of the inputs and of the weights of each product. */
  private static final int PASSES = 3;

  /** Weights, both moments of Adam, and the weights again in model.onnx, in single precision. */
  private static final int STORED_BYTES = 16;

  /** Weights and both moments. */
  private static final int COPIED_BYTES = 12;

  /** A model without averages of its weights. */
  ModelCost(int layers, int units, int vocabulary) {
    this(layers, units, vocabulary, WeightAverages.NONE);
  }

  /**
   * Operations of the forward pass for one output frame. A multiplication and an addition are two
   * operations. Activations and normalisation, which are below 1 %, are not counted.
   */
  public double operations() {
    long bins = half(FeatureBatch.BINS);
    double products = CHANNELS * FIRST_KERNEL * bins;
    bins = half(bins);
    products += CHANNELS * CHANNELS * SECOND_KERNEL * bins;
    for (int layer = 0; layer < layers; layer++) {
      products += recurrentWeights(layer);
    }
    products += outputWeights();
    return 2 * products;
  }

  /** Operations of the forward pass for one second of audio. */
  double operationsPerSecond() {
    return operations() * OUTPUT_FRAMES_PER_SECOND;
  }

  /** Operations of the forward and the backward pass for one second of audio. */
  public double trainingOperationsPerSecond() {
    return PASSES * operationsPerSecond();
  }

  /** Number of trained parameters. */
  public long parameters() {
    long count = CHANNELS * FIRST_KERNEL + CHANNELS * CHANNELS * SECOND_KERNEL;
    count += 2 * 2 * CHANNELS;
    for (int layer = 0; layer < layers; layer++) {
      count += recurrentWeights(layer) + DIRECTIONS * 2 * GATES * units + 2 * inputs(layer);
    }
    return count + outputWeights() + vocabulary;
  }

  /** Bytes of a checkpoint in the store. */
  public long checkpointBytes() {
    return (STORED_BYTES + Float.BYTES * averages.stored()) * parameters();
  }

  /** Bytes that training copies for a checkpoint before it continues. */
  long copiedBytes() {
    return (COPIED_BYTES + Float.BYTES * averages.copied()) * parameters();
  }

  /** Bytes of the gradients, and of the weights, of one device. */
  long gradientBytes() {
    return Float.BYTES * parameters();
  }

  private long recurrentWeights(int layer) {
    return DIRECTIONS * GATES * units * (inputs(layer) + units);
  }

  private long inputs(int layer) {
    return layer == 0 ? CHANNELS * half(half(FeatureBatch.BINS)) : (long) DIRECTIONS * units;
  }

  private long outputWeights() {
    return (long) DIRECTIONS * units * vocabulary;
  }

  /** Frequency bins after a convolution with stride 2. */
  private static long half(long bins) {
    return (bins - 1) / 2 + 1;
  }
}
