package deepspeech.acoustic.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.device.DeviceThreads;
import deepspeech.acoustic.optimizer.Adam;
import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.acoustic.optimizer.AverageState;
import deepspeech.acoustic.optimizer.LossScale;
import deepspeech.acoustic.optimizer.MovingAverage;
import deepspeech.acoustic.optimizer.ShardedWeights;
import deepspeech.acoustic.torchscript.OpenParts;
import deepspeech.acoustic.torchscript.TensorLists;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A DeepSpeech2 model in training: its parameters on one or several devices, the CTC criterion and
 * the optimiser.
 *
 * <p>With several devices a batch is split by utterances. Each device computes the gradient of its
 * share with its own batch normalisation statistics. The gradients are averaged over the devices,
 * in their order, as PaddlePaddle's data parallel training does ({@code
 * GradientScaleStrategy.CoeffNumDevice}): clipping and L2 then mean the same with any number of
 * devices. Each device averages and updates one shard of the weights, of which it alone has the
 * moments, and copies it to the others ({@link ShardedWeights}, {@link ShardExchange}). The running
 * statistics are those of the first device. With {@link StepSettings#synchronisedStatistics()} they
 * and those of batch normalisation are of the whole batch. Then n devices compute the gradient of
 * one device with the whole batch, divided by n. A state does not depend on the number of devices.
 *
 * <p>A step may have several batches, whose gradients are added up. The loss of a batch is the sum
 * over its utterances, so their sum is the gradient of one batch of all these utterances, except
 * that batch normalisation has the statistics of each batch. PaddlePaddle's gradient merge and most
 * PyTorch programs divide by the number of batches because their losses are means. The running
 * statistics follow every batch, as in PyTorch, and become part of the model with the step.
 *
 * <p>With a moving average, the first device averages the parameters after each step, including the
 * running statistics, which fit the averaged weights better than those of the last step do. The
 * average changes nothing in training.
 *
 * <p>In half precision the loss is multiplied by a {@link LossScale} and the gradients are divided
 * by it again.
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
  private final OpenParts parts = new OpenParts();
  private final ModelShape shape;
  private final Devices devices;
  private final TensorLists lists;
  private final DeviceThreads threads;
  private final Replicas replicas;
  private final BatchUploads uploads;
  private final ShardedWeights weights;
  private final ShardExchange exchange;
  private final Adam adam;
  private final Optional<MovingAverage> average;
  private final Optional<LossScale> lossScale;
  private final AccumulatedGradients accumulated;

  private TrainableModel(
      ModelShape shape,
      ModelState state,
      FrozenLayers frozen,
      StepSettings settings,
      Devices devices) {
    frozen.requireOf(shape);
    Map<String, Tensor> parameters = shape.ordered(state.parameters());
    Optional<AverageState> begun = state.averageToContinue(shape, settings);
    this.shape = shape;
    this.devices = devices;
    try {
      lists = parts.add(new TensorLists());
      threads = parts.add(new DeviceThreads(devices.devices()));
      lossScale = state.lossScaleToContinue(settings).map(LossScale::new);
      replicas =
          parts.add(new Replicas(shape, parameters, frozen, settings, lossScale, devices, threads));
      uploads =
          parts.add(new BatchUploads(devices.count(), replicas::upload, devices.first().isGpu()));
      weights =
          parts.add(
              new ShardedWeights(
                  replicas.all().stream().map(Replica::weights).toList(),
                  frozen.trained(shape).stream().map(Parameter::name).toList(),
                  lists));
      exchange =
          new ShardExchange(
              replicas.all(), weights, lists, threads, settings.synchronisedStatistics());
      AdamSettings optimizer = settings.optimizer();
      adam =
          parts.add(
              state
                  .optimizer()
                  .map(s -> new Adam(optimizer, weights, threads, s))
                  .orElseGet(() -> new Adam(optimizer, weights, threads)));
      average =
          begun.map(s -> parts.add(new MovingAverage(settings.emaDecay(), s, devices.first())));
      accumulated = parts.add(new AccumulatedGradients(exchange, lists, lossScale));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Creates a model whose initial values depend only on the seed; see {@link
   * Parameter#initialValues(long)}.
   *
   * @param seed any number
   */
  public static TrainableModel initialise(ModelShape shape, long seed, Devices devices) {
    return initialise(shape, seed, StepSettings.DEFAULT, devices);
  }

  /** Creates such a model with settings other than those of DeepSpeech2 training. */
  public static TrainableModel initialise(
      ModelShape shape, long seed, StepSettings settings, Devices devices) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    shape
        .parameters()
        .forEach(parameter -> values.put(parameter.name(), parameter.initialValues(seed)));
    return restore(shape, ModelState.of(values), FrozenLayers.NONE, settings, devices);
  }

  /** Restores a model from stored parameters. All layers are trained. */
  public static TrainableModel restore(
      ModelShape shape,
      Map<String, Tensor> parameters,
      Optional<AdamState> optimizerState,
      Devices devices) {
    return restore(shape, parameters, optimizerState, FrozenLayers.NONE, devices);
  }

  /** Restores a model from stored parameters, with the settings of DeepSpeech2 training. */
  public static TrainableModel restore(
      ModelShape shape,
      Map<String, Tensor> parameters,
      Optional<AdamState> optimizerState,
      FrozenLayers frozen,
      Devices devices) {
    ModelState state = new ModelState(parameters, optimizerState, Optional.empty());
    return restore(shape, state, frozen, StepSettings.DEFAULT, devices);
  }

  /**
   * Restores a model from a stored state.
   *
   * @param state the result of {@link #state()}. If the settings have a moving average and the
   *     state has none, the average begins with the parameters.
   * @param frozen layers that are not trained
   * @throws InvalidMessageException naming a parameter or moment that is missing, unknown, or of
   *     another type or shape, or a frozen layer that the model does not have
   */
  public static TrainableModel restore(
      ModelShape shape,
      ModelState state,
      FrozenLayers frozen,
      StepSettings settings,
      Devices devices) {
    return new TrainableModel(shape, state, frozen, settings, devices);
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

  /** Performs a step by one batch: {@link #add(RaggedBatch)} and {@link #step(double)}. */
  public StepResult step(RaggedBatch batch, double learningRate) {
    Adam.requireRate(learningRate);
    var unused = add(batch);
    return step(learningRate);
  }

  /** The same as {@link #add(RaggedBatch, Supplier)} without a next batch. */
  public BatchResult add(RaggedBatch batch) {
    return add(batch, Optional::empty);
  }

  /**
   * Adds the gradient of a batch to that of the next step: the gradient of the CTC loss, summed
   * over the utterances of a device and averaged over the devices. If it, a loss or a running
   * statistic is not finite, the step is taken without the batch. If a device runs out of memory,
   * the gradient is computed once more with less memory and more computation; it is the same up to
   * rounding.
   *
   * @param batch the utterances for all devices together
   * @param upcoming gives the next batch, if it is there; it is copied to GPUs while they compute
   * @throws OutOfMemoryException if the batch does not fit into the memory of a device
   */
  public BatchResult add(RaggedBatch batch, Supplier<Optional<RaggedBatch>> upcoming) {
    try {
      return accumulated.add(gradients(() -> uploads.of(batch)), () -> uploads.ahead(upcoming));
    } catch (EngineException e) {
      throw OutOfMemoryException.of(e);
    }
  }

  /**
   * Updates the weights of the trained layers once, by the sum of the gradients that were added
   * since the last step. If there is none, or its norm is not finite, nothing changes and the
   * result is marked as skipped.
   *
   * @param learningRate above 0
   * @throws OutOfMemoryException if the step does not fit into the memory of a device
   */
  public StepResult step(double learningRate) {
    Adam.requireRate(learningRate);
    try {
      float norm = accumulated.norm();
      boolean finite = !accumulated.isEmpty() && Float.isFinite(norm);
      if (finite) {
        adam.update(accumulated.gradients(), norm, learningRate);
        exchange.share(accumulated.statistics().orElseThrow());
        average.ifPresent(a -> a.update(lists, replicas.first().arrays(shape)));
      }
      return accumulated.result(norm, finite);
    } catch (EngineException e) {
      throw OutOfMemoryException.of(e);
    } finally {
      accumulated.close();
    }
  }

  /** Discards the batches that were added since the last step. They leave no trace. */
  public void discard() {
    accumulated.close();
  }

  private BatchGradients gradients(Supplier<List<UploadedBatch>> upload) {
    List<NDArray> statistics =
        accumulated.statistics().orElseGet(() -> replicas.first().statistics());
    GradientPass pass =
        recompute -> {
          List<UploadedBatch> shares = upload.get();
          try {
            return exchange.average(replicas.gradients(shares, statistics, recompute));
          } finally {
            shares.forEach(UploadedBatch::close);
          }
        };
    return pass.computeWithin(devices::freeCache);
  }

  /**
   * Runs a forward and a backward pass through a batch of a shape on every replica, as a step does,
   * and discards the gradients. If a step has more batches, a second pass runs while the gradient
   * of the first is held. Weights, running statistics and optimiser stay unchanged. Memory that
   * PyTorch caches is released before and afterwards.
   *
   * @param largest the shape of the largest batch to come
   * @param batches the number of batches of a step, from 1
   * @return true if it fits only with recomputation
   * @throws OutOfMemoryException if it does not fit
   */
  public boolean rehearse(BatchShape largest, int batches) {
    devices.freeCache();
    try {
      boolean recomputes =
          new Rehearsal(
                  devices.count(),
                  shape.vocabularySize(),
                  exchange,
                  shares -> gradients(() -> replicas.upload(shares)))
              .recomputes(largest, Math.min(batches, 2));
      long unusedBytes = exchange.takeBytesReceived();
      return recomputes;
    } catch (OutOfMemoryError e) {
      throw OutOfMemoryException.of(e);
    } catch (EngineException e) {
      throw OutOfMemoryException.of(e);
    } finally {
      devices.freeCache();
    }
  }

  /**
   * Evaluation mode, on the first device. The values of an utterance do not depend on the other
   * utterances. Ignores the labels.
   */
  public BatchLogProbabilities logProbabilities(RaggedBatch batch) {
    try (NDManager scope = replicas.first().newScope()) {
      return replicas
          .model()
          .logProbabilities(
              scope, batch, replicas.first().weights().arrays(), replicas.first().statistics());
    }
  }

  /**
   * Returns a copy of the whole state after the last step. The values are copied into JVM memory,
   * so that another thread can store them while training continues.
   */
  public ModelState state() {
    return new ModelState(
        parameters(),
        Optional.of(optimizerState()),
        average.map(MovingAverage::state),
        lossScale.map(LossScale::state));
  }

  /**
   * Returns the contents of {@code model.safetensors}: every parameter, including running
   * statistics, in the order of {@link ModelShape#parameters()}.
   */
  public Map<String, Tensor> parameters() {
    return Collections.unmodifiableMap(replicas.first().toHost(shape));
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
    parts.close();
    devices.freeCache();
  }
}
