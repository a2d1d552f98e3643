package deepspeech.acoustic.model;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes that define a DeepSpeech2 model (Amodei et al., ICML 2016).
 *
 * @param numConvLayers number of convolutions, 1 to 3. The first has 32 channels, kernel 41×11 and
 *     stride 2×3; the others have 32 channels, kernel 21×11 and stride 2×1 (frequency × time).
 * @param numRnnLayers number of bidirectional GRU layers, from 1
 * @param rnnLayerSize units of one direction of a GRU layer, from 1
 * @param vocabularySize number of tokens, including the blank, from 2
 */
public record ModelShape(
    int numConvLayers, int numRnnLayers, int rnnLayerSize, int vocabularySize) {
  /** Number of channels of every convolution. */
  static final int CHANNELS = 32;

  /**
   * The probability of the blank before training. Most frames of speech are blank. A model that has
   * to learn this first takes many more epochs before it distinguishes tokens (docs/performance.md,
   * "Learning").
   */
  private static final double BLANK_PRIOR = 0.9;

  private static final int TIME_KERNEL = 11;
  private static final int GATES = 3;
  private static final List<String> DIRECTIONS = List.of("", "_reverse");

  public ModelShape {
    InvalidMessageException.require(
        numConvLayers >= 1 && numConvLayers <= 3, "num_conv_layers", numConvLayers, "1 to 3");
    InvalidMessageException.require(numRnnLayers >= 1, "num_rnn_layers", numRnnLayers, "from 1");
    InvalidMessageException.require(rnnLayerSize >= 1, "rnn_layer_size", rnnLayerSize, "from 1");
    InvalidMessageException.require(
        vocabularySize >= 2,
        "vocabulary",
        vocabularySize + " tokens",
        "2 or more, the blank and at least one other");
  }

  /** Returns the number of frequency bins after the convolutions: 81, 41 or 21. */
  public int frequencyBins() {
    int bins = FeatureBatch.BINS;
    for (int layer = 0; layer < numConvLayers; layer++) {
      bins = (bins - 1) / 2 + 1;
    }
    return bins;
  }

  /** Returns the number of input values of a GRU layer per output frame. */
  public int rnnInputSize(int layer) {
    return layer == 0 ? CHANNELS * frequencyBins() : 2 * rnnLayerSize;
  }

  /**
   * Returns the layers, from the features to the output, as the prefixes of their parameters'
   * names: {@code conv.0}, ..., {@code rnn.0}, ..., {@code output}.
   */
  public List<String> layers() {
    List<String> layers = new ArrayList<>();
    for (int layer = 0; layer < numConvLayers; layer++) {
      layers.add("conv." + layer);
    }
    for (int layer = 0; layer < numRnnLayers; layer++) {
      layers.add("rnn." + layer);
    }
    layers.add("output");
    return List.copyOf(layers);
  }

  /**
   * Returns every parameter, from the features to the output, with its name in {@code
   * model.safetensors}.
   */
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (int layer = 0; layer < numConvLayers; layer++) {
      addConvolution(parameters, layer);
    }
    for (int layer = 0; layer < numRnnLayers; layer++) {
      addRecurrentLayer(parameters, layer);
    }
    int fanIn = 2 * rnnLayerSize;
    parameters.add(Parameter.uniform("output.weight", fanIn, vocabularySize, fanIn));
    parameters.add(
        new Parameter(
            "output.bias",
            List.of((long) vocabularySize),
            Parameter.Role.TRAINABLE,
            new InitialValues.BlankPrior(BLANK_PRIOR)));
    return List.copyOf(parameters);
  }

  /**
   * Checks the values of all parameters, and returns them in the order of the parameters.
   *
   * @throws InvalidMessageException naming a parameter that is missing, unknown, or of another type
   *     or shape
   */
  Map<String, Tensor> ordered(Map<String, Tensor> values) {
    Map<String, Tensor> unknown = new LinkedHashMap<>(values);
    Map<String, Tensor> ordered = new LinkedHashMap<>();
    for (Parameter parameter : parameters()) {
      Tensor value = unknown.remove(parameter.name());
      InvalidMessageException.require(
          value != null
              && value.type() == TensorType.F32
              && value.shape().equals(parameter.shape()),
          parameter.name(),
          value == null ? "nothing" : value.type() + " " + value.shape(),
          "F32 " + parameter.shape() + " for " + this);
      ordered.put(parameter.name(), value);
    }
    for (String name : unknown.keySet()) {
      throw new InvalidMessageException(name + ": is not a parameter of " + this);
    }
    return ordered;
  }

  private static void addConvolution(List<Parameter> parameters, int layer) {
    String name = "conv." + layer;
    int inputs = layer == 0 ? 1 : CHANNELS;
    int frequencyKernel = layer == 0 ? 41 : 21;
    int fanIn = inputs * frequencyKernel * TIME_KERNEL;
    parameters.add(
        Parameter.uniform(name + ".weight", fanIn, CHANNELS, inputs, frequencyKernel, TIME_KERNEL));
    addNormalisation(parameters, name, CHANNELS);
  }

  private void addRecurrentLayer(List<Parameter> parameters, int layer) {
    String name = "rnn." + layer;
    int inputs = rnnInputSize(layer);
    int gates = GATES * rnnLayerSize;
    addNormalisation(parameters, name, inputs);
    for (String direction : DIRECTIONS) {
      parameters.add(
          Parameter.uniform(name + ".weight_ih" + direction, rnnLayerSize, gates, inputs));
      parameters.add(
          Parameter.uniform(name + ".weight_hh" + direction, rnnLayerSize, gates, rnnLayerSize));
      parameters.add(Parameter.uniform(name + ".bias_ih" + direction, rnnLayerSize, gates));
      parameters.add(Parameter.uniform(name + ".bias_hh" + direction, rnnLayerSize, gates));
    }
  }

  private static void addNormalisation(List<Parameter> parameters, String layer, int size) {
    parameters.add(Parameter.constant(layer + ".norm.weight", Parameter.Role.TRAINABLE, 1, size));
    parameters.add(Parameter.constant(layer + ".norm.bias", Parameter.Role.TRAINABLE, 0, size));
    parameters.add(
        Parameter.constant(layer + ".norm.running_mean", Parameter.Role.STATISTIC, 0, size));
    parameters.add(
        Parameter.constant(layer + ".norm.running_var", Parameter.Role.STATISTIC, 1, size));
  }
}
