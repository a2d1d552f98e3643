package deepspeech.acoustic.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.device.DeviceThreads;
import deepspeech.messages.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The replicas of a model, one for each device, which share the gradient of a batch. */
final class Replicas implements AutoCloseable {
  private final AcousticModel model;
  private final DeviceThreads threads;
  private final List<Replica> replicas;
  private final boolean synchronised;

  /**
   * Copies parameters to the devices.
   *
   * @param parameters every parameter of the shape, by name
   * @param model is closed with the replicas
   * @param threads those of the devices; the caller closes them
   * @param synchronised true if normalisations have the statistics of all shares
   */
  Replicas(
      ModelShape shape,
      Map<String, Tensor> parameters,
      AcousticModel model,
      Devices devices,
      DeviceThreads threads,
      boolean synchronised) {
    this.model = model;
    this.synchronised = synchronised;
    this.threads = threads;
    replicas =
        devices.devices().stream().map(device -> new Replica(shape, parameters, device)).toList();
    replicas.stream()
        .filter(replica -> replica.weights().device().isGpu())
        .forEach(replica -> model.layOutForCudnn(replica.weights().arrays()));
  }

  /** Returns the replicas, in the order of the devices. */
  List<Replica> all() {
    return replicas;
  }

  Replica first() {
    return replicas.get(0);
  }

  AcousticModel model() {
    return model;
  }

  /**
   * Computes the gradient of each share of a batch on its device.
   *
   * @param shares the shares of the first, second, ... device; no more than devices
   * @param statistics the running statistics before the batch, on the first device
   * @param recompute see {@link AcousticModel#gradients}
   * @throws OutOfMemoryException if it does not fit into the memory of a device
   */
  BatchGradients gradients(List<RaggedBatch> shares, List<NDArray> statistics, boolean recompute) {
    List<NDManager> scopes = replicas.stream().map(Replica::newScope).toList();
    try {
      List<AcousticModel.Gradients> results =
          synchronised && shares.size() > 1
              ? model.synchronisedGradients(
                  scopes, shares, replicas.subList(0, shares.size()), statistics, recompute)
              : gradientsOfEach(shares, scopes, statistics, recompute);
      return new BatchGradients(
          joined(results),
          results.stream().map(AcousticModel.Gradients::gradients).toList(),
          results.get(0).statistics(),
          recompute,
          scopes);
    } catch (RuntimeException e) {
      scopes.forEach(NDManager::close);
      throw e instanceof EngineException failure ? OutOfMemoryException.of(failure) : e;
    }
  }

  private List<AcousticModel.Gradients> gradientsOfEach(
      List<RaggedBatch> shares,
      List<NDManager> scopes,
      List<NDArray> statistics,
      boolean recompute) {
    return threads.compute(
        shares.size(),
        i -> {
          Replica replica = replicas.get(i);
          return model.gradients(
              scopes.get(i),
              shares.get(i),
              replica.weights().arrays(),
              i == 0 ? statistics : replica.statistics(),
              recompute);
        });
  }

  private static float[] joined(List<AcousticModel.Gradients> results) {
    float[] losses = new float[results.stream().mapToInt(result -> result.losses().length).sum()];
    int next = 0;
    for (AcousticModel.Gradients result : results) {
      System.arraycopy(result.losses(), 0, losses, next, result.losses().length);
      next += result.losses().length;
    }
    return losses;
  }

  @Override
  public void close() {
    replicas.forEach(Replica::close);
    model.close();
  }
}
