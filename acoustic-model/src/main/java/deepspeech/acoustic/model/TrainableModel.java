package deepspeech.acoustic.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import deepspeech.acoustic.optimizer.Adam;
import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.acoustic.torchscript.TensorLists;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A DeepSpeech2 model in training: its parameters on one or several devices, the CTC criterion and
 * the optimiser.
 *
 * <p>With several devices a batch is split by utterances. Each device computes the gradient of its
 * share with its own batch normalisation statistics. The gradients are averaged over the devices on
 * the first one, in the order of the devices, as PaddlePaddle's data parallel training does ({@code
 * GradientScaleStrategy.CoeffNumDevice}): clipping and L2 then mean the same with any number of
 * devices. The first device takes one optimiser step, and the weights are copied to the others. The
 * running statistics are those of the first device. GPUs compute concurrently. Replicas on the CPU
 * compute one after another, because each uses all cores.
 *
 * <p>On a CPU, equal states and batches give bitwise equal results for a fixed number of PyTorch
 * threads.
 *
 * <p>The JVM must not exit during a step: PyTorch's libraries would be unloaded while in use, and
 * the process would crash. A service must wait for the step when it shuts down.
 *
 * <p>Not thread-safe. The host arrays that it returns are copies.
 */
public final class TrainableModel implements AutoCloseable {
  private final ModelShape shape;
  private final Devices devices;
  private final AcousticModel model;
  private final TensorLists lists;
  private final List<Replica> replicas;
  private final List<String> trained;
  private final Adam adam;
  private final Optional<ExecutorService> threads;

  private TrainableModel(
      ModelShape shape,
      Map<String, Tensor> parameters,
      Optional<AdamState> state,
      FrozenLayers frozen,
      AdamSettings settings,
      Devices devices) {
    frozen.requireOf(shape);
    this.shape = shape;
    this.devices = devices;
    model = new AcousticModel(shape, frozen, devices.first().isGpu());
    lists = new TensorLists();
    replicas =
        devices.devices().stream().map(device -> new Replica(shape, parameters, device)).toList();
    trained = frozen.trained(shape).stream().map(Parameter::name).toList();
    adam =
        state
            .map(s -> new Adam(settings, first().weights(), trained, s))
            .orElseGet(() -> new Adam(settings, first().weights(), trained));
    boolean concurrent = devices.count() > 1 && devices.devices().stream().allMatch(d -> d.isGpu());
    threads =
        concurrent ? Optional.of(Executors.newFixedThreadPool(devices.count())) : Optional.empty();
  }

  /**
   * Creates a model whose initial values depend only on the seed; see {@link
   * Parameter#initialValues(long)}.
   *
   * @param seed any number
   */
  public static TrainableModel initialise(ModelShape shape, long seed, Devices devices) {
    return initialise(shape, seed, AdamSettings.DEFAULT, devices);
  }

  /** Creates such a model with optimiser settings other than those of DeepSpeech2 training. */
  public static TrainableModel initialise(
      ModelShape shape, long seed, AdamSettings settings, Devices devices) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    shape
        .parameters()
        .forEach(parameter -> values.put(parameter.name(), parameter.initialValues(seed)));
    return new TrainableModel(
        shape, values, Optional.empty(), FrozenLayers.NONE, settings, devices);
  }

  /** Restores a model from stored parameters. All layers are trained. */
  public static TrainableModel restore(
      ModelShape shape,
      Map<String, Tensor> parameters,
      Optional<AdamState> optimizerState,
      Devices devices) {
    return restore(shape, parameters, optimizerState, FrozenLayers.NONE, devices);
  }

  /**
   * Restores a model from stored parameters.
   *
   * @param parameters the result of {@link #parameters()}
   * @param optimizerState the result of {@link #optimizerState()}; if absent, the optimiser starts
   *     afresh, as for fine-tuning
   * @param frozen layers that are not trained
   * @throws InvalidMessageException naming a parameter or moment that is missing, unknown, or of
   *     another type or shape, or a frozen layer that the model does not have
   */
  public static TrainableModel restore(
      ModelShape shape,
      Map<String, Tensor> parameters,
      Optional<AdamState> optimizerState,
      FrozenLayers frozen,
      Devices devices) {
    return restore(shape, parameters, optimizerState, frozen, AdamSettings.DEFAULT, devices);
  }

  /** Restores a model with optimiser settings other than those of DeepSpeech2 training. */
  public static TrainableModel restore(
      ModelShape shape,
      Map<String, Tensor> parameters,
      Optional<AdamState> optimizerState,
      FrozenLayers frozen,
      AdamSettings settings,
      Devices devices) {
    Map<String, Tensor> unknown = new LinkedHashMap<>(parameters);
    for (Parameter parameter : shape.parameters()) {
      Tensor value = unknown.remove(parameter.name());
      InvalidMessageException.require(
          value != null
              && value.type() == TensorType.F32
              && value.shape().equals(parameter.shape()),
          parameter.name(),
          value == null ? "nothing" : value.type() + " " + value.shape(),
          "F32 " + parameter.shape() + " for " + shape);
    }
    for (String name : unknown.keySet()) {
      throw new InvalidMessageException(name + ": is not a parameter of " + shape);
    }
    return new TrainableModel(shape, parameters, optimizerState, frozen, settings, devices);
  }

  private Replica first() {
    return replicas.get(0);
  }

  public ModelShape shape() {
    return shape;
  }

  /** Returns the devices that share a step. */
  public Devices devices() {
    return devices;
  }

  /** Returns the number of optimiser steps since the optimiser started, without skipped steps. */
  public long stepsTaken() {
    return adam.step();
  }

  /**
   * Performs one training step: computes the gradient of the CTC loss, summed over the utterances
   * of a device and averaged over the devices, and updates the weights of the trained layers once.
   * If a loss, the gradient's norm or a running statistic is not finite, nothing changes and the
   * result is marked as skipped.
   *
   * @param batch the utterances for all devices together
   * @param learningRate above 0
   * @throws OutOfMemoryException if the step does not fit into the memory of a device
   */
  public StepResult step(RaggedBatch batch, double learningRate) {
    InvalidMessageException.require(
        learningRate > 0 && Double.isFinite(learningRate),
        "learning rate",
        learningRate,
        "a number above 0");
    List<RaggedBatch> shares = batch.split(replicas.size());
    List<NDManager> scopes = replicas.stream().limit(shares.size()).map(Replica::newScope).toList();
    try {
      List<AcousticModel.Gradients> results = gradients(shares, scopes);
      List<NDArray> gradients = averaged(results);
      List<NDArray> statistics = results.get(0).statistics();
      float[] losses = joined(results, batch.size());
      float norm = lists.norm(gradients);
      StepResult result =
          new StepResult(
              losses,
              norm,
              !(allFinite(losses)
                  && Float.isFinite(norm)
                  && Float.isFinite(lists.norm(statistics))));
      if (!result.skipped()) {
        adam.update(gradients, norm, learningRate);
        for (Replica replica : replicas) {
          lists.assign(replica.statistics(), statistics);
          if (replica != first()) {
            lists.assign(replica.weights().arrays(trained), first().weights().arrays(trained));
          }
        }
      }
      return result;
    } catch (EngineException e) {
      throw OutOfMemoryException.of(e);
    } finally {
      scopes.forEach(NDManager::close);
    }
  }

  /**
   * Runs a forward and a backward pass through a batch of a shape on every replica, as a step does,
   * and discards the gradients. Weights, running statistics and optimiser stay unchanged. Memory
   * that PyTorch caches is released before and afterwards.
   *
   * @param largest the shape of the largest batch to come
   * @throws OutOfMemoryException if the batch does not fit
   */
  public void rehearse(BatchShape largest) {
    freeCache();
    int pieces = Math.min(replicas.size(), largest.utterances());
    int utterances = (largest.utterances() + pieces - 1) / pieces;
    List<NDManager> scopes = replicas.stream().limit(pieces).map(Replica::newScope).toList();
    try {
      RaggedBatch share =
          RaggedBatch.madeUp(
              utterances, largest.frames(), largest.labels(), shape.vocabularySize());
      float unused = lists.norm(averaged(gradients(Collections.nCopies(pieces, share), scopes)));
    } catch (OutOfMemoryError e) {
      throw OutOfMemoryException.of(e);
    } catch (EngineException e) {
      throw OutOfMemoryException.of(e);
    } finally {
      scopes.forEach(NDManager::close);
    }
    freeCache();
  }

  private void freeCache() {
    if (devices.first().isGpu()) {
      JniUtils.emptyCudaCache();
    }
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

  private List<AcousticModel.Gradients> gradients(
      List<RaggedBatch> shares, List<NDManager> scopes) {
    Executor executor = threads.<Executor>map(pool -> pool).orElse(Runnable::run);
    List<CompletableFuture<AcousticModel.Gradients>> pending = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      Replica replica = replicas.get(i);
      RaggedBatch share = shares.get(i);
      NDManager scope = scopes.get(i);
      pending.add(
          CompletableFuture.supplyAsync(
              () -> model.gradients(scope, share, replica.weights().arrays(), replica.statistics()),
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

  private static float[] joined(List<AcousticModel.Gradients> results, int utterances) {
    float[] losses = new float[utterances];
    int next = 0;
    for (AcousticModel.Gradients result : results) {
      System.arraycopy(result.losses(), 0, losses, next, result.losses().length);
      next += result.losses().length;
    }
    return losses;
  }

  private static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Evaluation mode, on the first device. The values of an utterance do not depend on the other
   * utterances. Ignores the labels.
   */
  public BatchLogProbabilities logProbabilities(RaggedBatch batch) {
    try (NDManager scope = first().newScope()) {
      return model.logProbabilities(scope, batch, first().weights().arrays(), first().statistics());
    }
  }

  /**
   * Returns the contents of {@code model.safetensors}: every parameter, including running
   * statistics, in the order of {@link ModelShape#parameters()}. The values are copied into JVM
   * memory, so that another thread can store them while training continues.
   */
  public Map<String, Tensor> parameters() {
    return Collections.unmodifiableMap(first().toHost(shape));
  }

  /**
   * Returns a copy of the optimiser's state in JVM memory. {@link AdamState#toTensors()} gives the
   * contents of {@code optimizer.safetensors}.
   */
  public AdamState optimizerState() {
    return adam.state();
  }

  @Override
  public void close() {
    threads.ifPresent(ExecutorService::shutdown);
    adam.close();
    replicas.forEach(Replica::close);
    lists.close();
    model.close();
  }
}
