package deepspeech.acoustic.torchscript;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.messages.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Named arrays on one device, in a fixed order. They exist until this object is closed. */
public final class NamedArrays implements AutoCloseable {
  private final NDManager manager;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  /** Copies the values to the device, in the order of the map. */
  public NamedArrays(Map<String, Tensor> values, Device device) {
    manager = TorchEngine.start().newBaseManager(device);
    try {
      values.forEach((name, tensor) -> arrays.put(name, TensorTransfer.toDevice(tensor, manager)));
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  /** Returns the device of the arrays. */
  public Device device() {
    return manager.getDevice();
  }

  /** Returns the names, in order. */
  public List<String> names() {
    return List.copyOf(arrays.keySet());
  }

  /** Returns the arrays, in the order of the names. */
  public List<NDArray> arrays() {
    return List.copyOf(arrays.values());
  }

  /** Returns the arrays of the given names, in the given order. */
  public List<NDArray> arrays(List<String> names) {
    return names.stream().map(arrays::get).toList();
  }

  /** Returns the array of a name; null if it does not exist. */
  public NDArray get(String name) {
    return arrays.get(name);
  }

  /** Copies the current values into JVM memory. Later changes do not affect the copies. */
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
