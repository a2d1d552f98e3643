package deepspeech.acoustic.torchscript;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.messages.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arrays on one device, in a fixed order, each with a name. They live until closed. */
public final class NamedArrays implements AutoCloseable {
  private final NDManager manager;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  /** Copies the values to the device, in the order of the map. */
  public NamedArrays(Map<String, Tensor> values, Device device) {
    manager = TorchEngine.start().newBaseManager(device);
    values.forEach((name, tensor) -> arrays.put(name, TensorTransfer.toDevice(tensor, manager)));
  }

  /** Where the arrays lie. */
  public Device device() {
    return manager.getDevice();
  }

  /** The names, in order. */
  public List<String> names() {
    return List.copyOf(arrays.keySet());
  }

  /** The arrays, in the order of the names. */
  public List<NDArray> arrays() {
    return List.copyOf(arrays.values());
  }

  /** The arrays of some names, in the order of the names given. */
  public List<NDArray> arrays(List<String> names) {
    return names.stream().map(arrays::get).toList();
  }

  /** The array of a name; null if there is none. */
  public NDArray get(String name) {
    return arrays.get(name);
  }

  /** Copies the values of now into the JVM's memory, where later changes do not reach them. */
  public Map<String, Tensor> toHost() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    arrays.forEach((name, array) -> values.put(name, TensorTransfer.toHost(array)));
    return Collections.unmodifiableMap(values);
  }

  @Override
  public void close() {
    manager.close();
  }
}
