package deepspeech.acoustic.optimizer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.torchscript.NamedArrays;
import deepspeech.acoustic.torchscript.TensorLists;
import deepspeech.acoustic.torchscript.TorchEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of a model on several devices, each of which has all of them and updates a shard
 * (Rajbhandari et al., "ZeRO: memory optimizations toward training trillion parameter models", SC
 * 2020, stage 1). A single device updates the arrays of the weights themselves.
 */
public final class ShardedWeights implements AutoCloseable {
  private final List<NamedArrays> replicas;
  private final List<String> trained;
  private final List<Shard> shards;
  private final List<NDManager> scopes = new ArrayList<>();
  private final List<List<List<NDArray>>> slices = new ArrayList<>();

  /**
   * Divides weights. The arrays must stay where they are in memory.
   *
   * @param replicas the weights on each device, with the same names; the caller closes them
   * @param trained the names of the weights to train, in order
   */
  public ShardedWeights(List<NamedArrays> replicas, List<String> trained, TensorLists lists) {
    this.replicas = List.copyOf(replicas);
    this.trained = List.copyOf(trained);
    Map<String, Integer> sizes = new LinkedHashMap<>();
    trained.forEach(name -> sizes.put(name, Math.toIntExact(replicas.get(0).get(name).size())));
    shards = Shard.divide(sizes, replicas.size());
    try {
      for (NamedArrays replica : replicas) {
        slices.add(isWhole() ? List.of(replica.arrays(trained)) : views(replica, lists));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private List<List<NDArray>> views(NamedArrays replica, TensorLists lists) {
    NDManager scope = TorchEngine.start().newBaseManager(replica.device());
    scopes.add(scope);
    return shards.stream().map(shard -> views(shard, replica, lists, scope)).toList();
  }

  private static List<NDArray> views(
      Shard shard, NamedArrays replica, TensorLists lists, NDManager scope) {
    List<NDArray> views = new ArrayList<>();
    for (Slice slice : shard.slices()) {
      views.add(lists.slice(scope, replica.get(slice.weight()), slice.from(), slice.to()));
    }
    return List.copyOf(views);
  }

  /** Returns true if one device updates all weights. */
  public boolean isWhole() {
    return replicas.size() == 1;
  }

  /** Returns the shard of each device. */
  public List<Shard> shards() {
    return shards;
  }

  /**
   * Returns the weights of a shard on a device: flat arrays, or the arrays of the weights if the
   * shard is the whole.
   */
  public List<NDArray> slices(int device, int shard) {
    return slices.get(device).get(shard);
  }

  Device device(int index) {
    return replicas.get(index).device();
  }

  NamedArrays first() {
    return replicas.get(0);
  }

  List<String> trained() {
    return trained;
  }

  @Override
  public void close() {
    scopes.forEach(NDManager::close);
  }
}
