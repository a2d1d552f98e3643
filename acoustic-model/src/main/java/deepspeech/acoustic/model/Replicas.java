package deepspeech.acoustic.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.device.DeviceThreads;
import deepspeech.acoustic.device.Tf32;
import deepspeech.acoustic.optimizer.LossScale;
import deepspeech.acoustic.torchscript.OpenParts;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The replicas of a model, one for each device, which share the gradient of a batch. */
final class Replicas implements AutoCloseable {
  private final OpenParts parts = new OpenParts();
  private final AcousticModel model;
  private final DeviceThreads threads;
  private final List<Replica> replicas;
  private final boolean synchronised;

  /**
   * Copies parameters to the devices.
   *
   * @param parameters every parameter of the shape, by name
   * @param lossScale see {@link AcousticModel}
   * @param threads those of the devices; the caller closes them
   */
  Replicas(
      ModelShape shape,
      Map<String, Tensor> parameters,
      FrozenLayers frozen,
      StepSettings settings,
      Optional<LossScale> lossScale,
      Devices devices,
      DeviceThreads threads) {
    this.synchronised = settings.synchronisedStatistics();
    this.threads = threads;
    boolean gpu = devices.first().isGpu();
    if (gpu) {
      Tf32.allow(settings.precision() == Precision.TF32);
    }
    try {
      model = parts.add(new AcousticModel(shape, frozen, gpu, settings, lossScale));
      replicas =
          devices.devices().stream()
              .map(device -> parts.add(new Replica(shape, parameters, device)))
              .toList();
      replicas.stream()
          .filter(replica -> replica.weights().device().isGpu())
          .forEach(replica -> model.layOutForCudnn(replica.weights().arrays()));
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
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
   * Copies shares of a batch to the devices; see {@link AcousticModel#upload}.
   *
   * @param shares of the first, second, ... device; no more than devices
   * @throws OutOfMemoryException if they do not fit into the memory of a device
   */
  List<UploadedBatch> upload(List<RaggedBatch> shares) {
    List<NDManager> scopes = replicas.stream().limit(shares.size()).map(Replica::newScope).toList();
    try {
      return threads.compute(shares.size(), i -> model.upload(shares.get(i), scopes.get(i)));
    } catch (RuntimeException e) {
      throw closed(scopes, e);
    } catch (Error e) {
      scopes.forEach(NDManager::close);
      throw e;
    }
  }

  /**
   * Computes the gradient of each share of a batch on its device.
   *
   * @param shares on the first, second, ... device; no more than devices
   * @param statistics the running statistics before the batch, on the first device
   * @param recompute see {@link AcousticModel#gradients}
   * @throws OutOfMemoryException if it does not fit into the memory of a device
   */
  BatchGradients gradients(
      List<UploadedBatch> shares, List<NDArray> statistics, boolean recompute) {
    List<NDManager> scopes = replicas.stream().map(Replica::newScope).toList();
    try {
      List<AcousticModel.Gradients> results =
          synchronised && shares.size() > 1
              ? model.synchronisedGradients(
                  scopes.get(0), shares, replicas.subList(0, shares.size()), statistics, recompute)
              : gradientsOfEach(shares, scopes, statistics, recompute);
      return new BatchGradients(
          results.stream().map(AcousticModel.Gradients::losses).toList(),
          results.stream().map(AcousticModel.Gradients::gradients).toList(),
          results.get(0).statistics(),
          recompute,
          scopes);
    } catch (RuntimeException e) {
      throw closed(scopes, e);
    } catch (Error e) {
      scopes.forEach(NDManager::close);
      throw e;
    }
  }

  private static RuntimeException closed(List<NDManager> scopes, RuntimeException failure) {
    scopes.forEach(NDManager::close);
    return failure instanceof EngineException e ? OutOfMemoryException.of(e) : failure;
  }

  private List<AcousticModel.Gradients> gradientsOfEach(
      List<UploadedBatch> shares,
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

  @Override
  public void close() {
    parts.close();
  }
}
