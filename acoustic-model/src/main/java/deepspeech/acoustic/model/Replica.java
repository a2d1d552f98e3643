package deepspeech.acoustic.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.torchscript.NamedArrays;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.messages.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model's arrays on one device. */
final class Replica implements AutoCloseable {
  private final Device device;
  private final NamedArrays weights;
  private final NamedArrays statistics;

  /**
   * Copies parameters to a device.
   *
   * @param values every parameter of the shape, by name
   */
  Replica(ModelShape shape, Map<String, Tensor> values, Device device) {
    this.device = device;
    weights = new NamedArrays(ofRole(Parameter.Role.TRAINABLE, shape, values), device);
    try {
      statistics = new NamedArrays(ofRole(Parameter.Role.STATISTIC, shape, values), device);
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  private static Map<String, Tensor> ofRole(
      Parameter.Role role, ModelShape shape, Map<String, Tensor> values) {
    Map<String, Tensor> chosen = new LinkedHashMap<>();
    for (Parameter parameter : shape.parameters()) {
      if (parameter.role() == role) {
        chosen.put(parameter.name(), values.get(parameter.name()));
      }
    }
    return chosen;
  }

  /** Creates a scope for the arrays of one step. */
  NDManager newScope() {
    return TorchEngine.start().newBaseManager(device);
  }

  NamedArrays weights() {
    return weights;
  }

  List<NDArray> statistics() {
    return statistics.arrays();
  }

  /** Returns every array, in the order of the shape. */
  List<NDArray> arrays(ModelShape shape) {
    return shape.parameters().stream()
        .map(
            parameter ->
                (parameter.role() == Parameter.Role.TRAINABLE ? weights : statistics)
                    .get(parameter.name()))
        .toList();
  }

  /** Copies every array into JVM memory, in the order of the shape. */
  Map<String, Tensor> toHost(ModelShape shape) {
    Map<String, Tensor> unordered = new LinkedHashMap<>(weights.toHost());
    unordered.putAll(statistics.toHost());
    return shape.ordered(unordered);
  }

  @Override
  public void close() {
    weights.close();
    statistics.close();
  }
}
