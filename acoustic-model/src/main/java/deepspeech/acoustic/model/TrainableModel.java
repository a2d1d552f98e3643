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
 * A DeepSpeech2 model in training: its parameters on one device or several, the CTC criterion and
 * the optimiser.
 *
 * <p>With several devices a batch is cut by utterances; each device computes the gradient of its
 * share with its own batch normalisation statistics, the gradients are added on the first device in
 * the order of the devices, one optimiser step is taken there, and the weights are copied to the
 * others. The running statistics are those of the first device. GPUs work at the same time;
 * replicas on the CPU in turn, since each uses all its cores.
 *
 * <p>On a CPU equal states and batches give equal results to the bit, for a fixed number of
 * PyTorch's threads.
 *
 * <p>The JVM must not end while a step is under way: PyTorch's libraries are torn down beneath it,
 * and the process crashes. A service waits for the step in its shutdown.
 *
 * <p>Not for use by several threads at once. The host arrays that it hands out are copies.
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
   * A model with first values that depend on the seed alone; see {@link
   * Parameter#initialValues(long)}.
   *
   * @param seed any number
   */
  public static TrainableModel initialise(ModelShape shape, long seed, Devices devices) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    shape
        .parameters()
        .forEach(parameter -> values.put(parameter.name(), parameter.initialValues(seed)));
    return new TrainableModel(
        shape, values, Optional.empty(), FrozenLayers.NONE, AdamSettings.DEFAULT, devices);
  }

  /** A model that goes on from stored parameters, all of whose layers are trained. */
  public static TrainableModel restore(
      ModelShape shape,
      Map<String, Tensor> parameters,
      Optional<AdamState> optimizerState,
      Devices devices) {
    return restore(shape, parameters, optimizerState, FrozenLayers.NONE, devices);
  }

  /**
   * A model that goes on from stored parameters.
   *
   * @param parameters what {@link #parameters()} gave
   * @param optimizerState what {@link #optimizerState()} gave; if absent the optimiser starts
   *     afresh, as for fine-tuning
   * @param frozen layers that are not trained
   * @throws InvalidMessageException naming a parameter or moment that is missing, unknown, or of
   *     another type or shape, or a frozen layer that is none of the model's
   */
  public static TrainableModel restore(
      ModelShape shape,
      Map<String, Tensor> parameters,
      Optional<AdamState> optimizerState,
      FrozenLayers frozen,
      Devices devices) {
    return restore(shape, parameters, optimizerState, frozen, AdamSettings.DEFAULT, devices);
  }

  /** The same with other settings of the optimiser than those of DeepSpeech2 training. */
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
      throw new InvalidMessageException(name + ": is no parameter of " + shape);
    }
    return new TrainableModel(shape, parameters, optimizerState, frozen, settings, devices);
  }

  private Replica first() {
    return replicas.get(0);
  }

  /** The sizes of the model. */
  public ModelShape shape() {
    return shape;
  }

  /** The devices that share a step. */
  public Devices devices() {
    return devices;
  }

  /** Optimiser steps taken since the optimiser started, skipped ones not counted. */
  public long stepsTaken() {
    return adam.step();
  }

  /**
   * One training step: the gradient of the CTC loss summed over the batch, and one change of the
   * weights of the layers that are trained by it. If a loss, the gradient's norm or a running
   * statistic is not finite nothing is changed and the result says so.
   *
   * @param batch utterances for all devices together
   * @param learningRate above 0
   * @throws OutOfMemoryException if it does not fit the memory of a device
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
      List<NDArray> gradients = summed(results);
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
   * Goes forward and backward through a batch of a shape on every replica, as a step does, and
   * throws the gradients away: weights, running statistics and optimiser stay as they are. Memory
   * that PyTorch keeps for later is given back before and afterwards.
   *
   * @param largest of the batches to come
   * @throws OutOfMemoryException if it does not fit
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
      float unused = lists.norm(summed(gradients(Collections.nCopies(pieces, share), scopes)));
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

  private List<NDArray> summed(List<AcousticModel.Gradients> results) {
    List<NDArray> gradients = results.get(0).gradients();
    for (AcousticModel.Gradients other : results.subList(1, results.size())) {
      lists.add(gradients, other.gradients());
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
      // All of them end before their scopes may be closed, also when one fails.
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
   * Evaluation mode, on the first device: an utterance's values do not depend on the others. Labels
   * are not looked at.
   */
  public BatchLogProbabilities logProbabilities(RaggedBatch batch) {
    try (NDManager scope = first().newScope()) {
      return model.logProbabilities(scope, batch, first().weights().arrays(), first().statistics());
    }
  }

  /**
   * The contents of {@code model.safetensors}: every parameter, running statistics among them, in
   * the order of {@link ModelShape#parameters()}, copied into the JVM's memory so that another
   * thread can store them while training goes on.
   */
  public Map<String, Tensor> parameters() {
    return Collections.unmodifiableMap(first().toHost(shape));
  }

  /**
   * The optimiser's state, copied likewise; {@link AdamState#toTensors()} is the contents of {@code
   * optimizer.safetensors}.
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
