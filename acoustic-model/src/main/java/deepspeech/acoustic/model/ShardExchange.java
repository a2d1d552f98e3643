package deepspeech.acoustic.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.device.DeviceThreads;
import deepspeech.acoustic.optimizer.Shard;
import deepspeech.acoustic.optimizer.ShardedWeights;
import deepspeech.acoustic.torchscript.TensorLists;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Moves gradients and weights between the devices of a step. Each device receives its shard of the
 * gradient from all others, and after the step of the optimiser the shards of the weights that the
 * others have updated. With n devices and p values that is 2 (n − 1) / n p values for each device,
 * the least for a sum that all devices need (Patarasu and Yuan, "Bandwidth optimal all-reduce
 * algorithms for clusters of workstations", 2009). The running statistics of the first device come
 * on top, and with synchronised statistics the sums that the devices exchange for them.
 *
 * <p>Counts the bytes that each device receives. Two replicas on one device count as two devices.
 */
final class ShardExchange {
  private final List<Replica> replicas;
  private final ShardedWeights weights;
  private final TensorLists lists;
  private final DeviceThreads threads;
  private final boolean synchronised;
  private final AtomicLongArray received;

  /**
   * Creates the exchange.
   *
   * @param weights those of the replicas, in their order
   * @param synchronised true if normalisations have the statistics of all shares
   */
  ShardExchange(
      List<Replica> replicas,
      ShardedWeights weights,
      TensorLists lists,
      DeviceThreads threads,
      boolean synchronised) {
    this.replicas = replicas;
    this.weights = weights;
    this.lists = lists;
    this.threads = threads;
    this.synchronised = synchronised;
    received = new AtomicLongArray(replicas.size());
  }

  /**
   * Averages gradients over all devices, those without a share included. Each device sums its shard
   * in the order of the devices.
   *
   * @param batch with gradients of each device that has a share; it is closed if this fails
   * @return the same with gradients for each slice of the shard of every device
   * @throws OutOfMemoryException if it does not fit into the memory of a device
   */
  BatchGradients average(BatchGradients batch) {
    if (weights.isWhole()) {
      return batch;
    }
    if (synchronised) {
      countStatistics(batch);
    }
    try {
      List<NDArray> flat =
          threads.compute(
              batch.gradients().size(), i -> flat(batch.scopes().get(i), batch.gradients().get(i)));
      List<List<NDArray>> averages =
          threads.compute(replicas.size(), i -> average(flat, i, batch.scopes().get(i)));
      flat.forEach(NDArray::close);
      return batch.with(averages);
    } catch (RuntimeException e) {
      batch.close();
      throw e instanceof EngineException failure ? OutOfMemoryException.of(failure) : e;
    } catch (Error e) {
      batch.close();
      throw e;
    }
  }

  /**
   * Counts what {@code normalised_together} of {@code acoustic_model.py} copies. For each channel
   * the first device receives two sums from each other one, and gives it a mean and a scale. The
   * backward pass copies the gradient of each, and with recomputation the forward pass runs twice.
   * Normalisations of frozen layers, which copy nothing, are counted too.
   */
  private void countStatistics(BatchGradients batch) {
    int others = batch.gradients().size() - 1;
    long values = (batch.recomputed() ? 3 : 2) * bytes(batch.statistics());
    received.addAndGet(0, others * values);
    for (int device = 1; device <= others; device++) {
      received.addAndGet(device, values);
    }
  }

  private NDArray flat(NDManager scope, List<NDArray> gradients) {
    NDArray flat = lists.flat(scope, gradients);
    gradients.forEach(NDArray::close);
    return flat;
  }

  private List<NDArray> average(List<NDArray> flat, int device, NDManager scope) {
    Shard shard = weights.shards().get(device);
    if (shard.slices().isEmpty()) {
      return List.of();
    }
    int others = flat.size() - (device < flat.size() ? 1 : 0);
    received.addAndGet(device, (long) others * shard.size() * Float.BYTES);
    return lists.sumOfRanges(scope, flat, shard.start(), shard.sizes(), 1.0 / replicas.size());
  }

  /** Adds a gradient to another, both given as their shards on their devices. */
  void add(List<List<NDArray>> targets, List<List<NDArray>> sources) {
    threads.run(
        targets.size(),
        i -> {
          if (!targets.get(i).isEmpty()) {
            lists.add(targets.get(i), sources.get(i));
          }
        });
  }

  /** Multiplies a gradient, given as its shards on their devices, by a factor. */
  void scale(List<List<NDArray>> shards, double factor) {
    threads.run(
        shards.size(),
        i -> {
          if (!shards.get(i).isEmpty()) {
            lists.scale(shards.get(i), factor);
          }
        });
  }

  /**
   * Computes the Euclidean norm of each shard of a gradient on its device, without waiting for it.
   *
   * @param batch owns the norms
   * @return the norms of the shards that are not empty
   */
  List<NDArray> norms(BatchGradients batch) {
    return threads
        .compute(
            batch.gradients().size(),
            i -> {
              List<NDArray> shard = batch.gradients().get(i);
              return shard.isEmpty()
                  ? Optional.<NDArray>empty()
                  : Optional.of(lists.norm(batch.scopes().get(i), shard));
            })
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /** Waits for the norms of the shards of a gradient, and returns the norm of all of it. */
  static float norm(List<NDArray> norms) {
    // Exact for a single shard, because double precision holds the square of any float.
    return (float)
        Math.sqrt(norms.stream().mapToDouble(NDArray::getFloat).map(norm -> norm * norm).sum());
  }

  /**
   * Gives all devices the weights of a step of the optimiser, and running statistics.
   *
   * @param statistics those of the first device
   */
  void share(List<NDArray> statistics) {
    threads.run(
        replicas.size(),
        device -> {
          lists.assign(replicas.get(device).statistics(), statistics);
          if (device > 0) {
            received.addAndGet(device, bytes(statistics));
          }
          List<NDArray> own = slicesOfOthers(device, shard -> device);
          if (!own.isEmpty()) {
            lists.assign(own, slicesOfOthers(device, shard -> shard));
            received.addAndGet(device, bytes(own));
          }
        });
  }

  /** The shards of the other devices, each in the weights of the device that is its place. */
  private List<NDArray> slicesOfOthers(int device, IntUnaryOperator place) {
    List<NDArray> slices = new ArrayList<>();
    for (int shard = 0; shard < replicas.size(); shard++) {
      if (shard != device) {
        slices.addAll(weights.slices(place.applyAsInt(shard), shard));
      }
    }
    return slices;
  }

  private static long bytes(List<NDArray> arrays) {
    return Float.BYTES * arrays.stream().mapToLong(NDArray::size).sum();
  }

  /** Returns the most bytes that a device has received from the others since the last call. */
  long takeBytesReceived() {
    return IntStream.range(0, received.length())
        .mapToLong(device -> received.getAndSet(device, 0))
        .max()
        .orElseThrow();
  }
}
