package deepspeech.acoustic.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.torchscript.TensorLists;
import deepspeech.messages.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The replicas of a model, one for each device, which share the gradient of a batch. */
final class Replicas implements AutoCloseable {
  private final AcousticModel model;
  private final TensorLists lists;
  private final List<Replica> replicas;
  private final Optional<ExecutorService> threads;

  /**
   * Copies parameters to the devices.
   *
   * @param parameters every parameter of the shape, by name
   * @param model is closed with the replicas
   */
  Replicas(
      ModelShape shape,
      Map<String, Tensor> parameters,
      AcousticModel model,
      TensorLists lists,
      Devices devices) {
    this.model = model;
    this.lists = lists;
    replicas =
        devices.devices().stream().map(device -> new Replica(shape, parameters, device)).toList();
    boolean concurrent = devices.count() > 1 && devices.devices().stream().allMatch(d -> d.isGpu());
    threads =
        concurrent ? Optional.of(Executors.newFixedThreadPool(devices.count())) : Optional.empty();
  }

  Replica first() {
    return replicas.get(0);
  }

  AcousticModel model() {
    return model;
  }

  /**
   * Computes the gradient of a batch, averaged over the devices.
   *
   * @param shares the shares of the first, second, ... device; no more than devices
   * @param recompute see {@link AcousticModel#gradients}
   * @throws OutOfMemoryException if it does not fit into the memory of a device
   */
  BatchGradients gradients(List<RaggedBatch> shares, boolean recompute) {
    List<NDManager> scopes = replicas.stream().limit(shares.size()).map(Replica::newScope).toList();
    try {
      List<AcousticModel.Gradients> results = gradients(shares, scopes, recompute);
      return new BatchGradients(
          joined(results), averaged(results), results.get(0).statistics(), recompute, scopes);
    } catch (RuntimeException e) {
      scopes.forEach(NDManager::close);
      throw e instanceof EngineException failure ? OutOfMemoryException.of(failure) : e;
    }
  }

  private List<AcousticModel.Gradients> gradients(
      List<RaggedBatch> shares, List<NDManager> scopes, boolean recompute) {
    Executor executor = threads.<Executor>map(pool -> pool).orElse(Runnable::run);
    List<CompletableFuture<AcousticModel.Gradients>> pending = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      Replica replica = replicas.get(i);
      RaggedBatch share = shares.get(i);
      NDManager scope = scopes.get(i);
      pending.add(
          CompletableFuture.supplyAsync(
              () ->
                  model.gradients(
                      scope, share, replica.weights().arrays(), replica.statistics(), recompute),
              executor));
    }
    try {
      // Wait for all computations, even if one fails, because their scopes are closed afterwards.
      CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
    return pending.stream().map(CompletableFuture::join).toList();
  }

  private List<NDArray> averaged(List<AcousticModel.Gradients> results) {
    List<NDArray> gradients = results.get(0).gradients();
    for (AcousticModel.Gradients other : results.subList(1, results.size())) {
      lists.add(gradients, other.gradients());
    }
    if (replicas.size() > 1) {
      lists.scale(gradients, 1.0 / replicas.size());
    }
    return gradients;
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

  /**
   * Changes all replicas after a step of the optimiser.
   *
   * @param trained the weights to copy from the first replica to the others
   * @param statistics running statistics for all replicas
   */
  void follow(List<String> trained, List<NDArray> statistics) {
    for (Replica replica : replicas) {
      lists.assign(replica.statistics(), statistics);
      if (replica != first()) {
        lists.assign(replica.weights().arrays(trained), first().weights().arrays(trained));
      }
    }
  }

  @Override
  public void close() {
    threads.ifPresent(ExecutorService::shutdown);
    replicas.forEach(Replica::close);
    model.close();
  }
}
