package deepspeech.acoustic.optimizer;

import static deepspeech.acoustic.optimizer.AdamShard.FIRST_MOMENT;
import static deepspeech.acoustic.optimizer.AdamShard.SECOND_MOMENT;

import ai.djl.ndarray.NDArray;
import deepspeech.acoustic.device.DeviceThreads;
import deepspeech.acoustic.torchscript.NamedArrays;
import deepspeech.acoustic.torchscript.OpenParts;
import deepspeech.acoustic.torchscript.TorchScriptArchive;
import deepspeech.acoustic.torchscript.TorchScriptModule;
import deepspeech.acoustic.torchscript.TorchScriptSource;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015) with coupled L2 and
 * clipping by global norm (Pascanu et al., "On the difficulty of training recurrent neural
 * networks", ICML 2013). Clipping comes before L2, which is the order of PaddlePaddle's optimisers.
 *
 * <p>Weights may be excluded from training. They and their moments stay unchanged, but remain part
 * of the state, so that they can be trained again later. The steps of each weight are counted: a
 * weight that joins late has moments of few steps, and the correction of their bias with the count
 * of all steps would make its first steps several times the learning rate.
 *
 * <p>With several devices, each updates its shard of the weights and holds the moments of that
 * shard only. On a CPU, the values at the ends of what a thread computes, up to 15 of them, are
 * computed in double precision by PyTorch's kernel. So another number of devices or threads rounds
 * a few values differently.
 *
 * <p>The arithmetic is {@code adam.py}; this class counts the steps.
 */
public final class Adam implements AutoCloseable {
  private final OpenParts parts = new OpenParts();
  private final AdamSettings settings;
  private final DeviceThreads threads;
  private final ShardedWeights weights;
  private final Map<String, Tensor> untrained = new LinkedHashMap<>();
  private final List<AdamShard> shards;
  private final TorchScriptModule module;
  private final Map<String, Long> steps = new LinkedHashMap<>();
  private long step;

  /**
   * Starts with moments of zero.
   *
   * @param weights the model's weights, changed in place; the caller closes them
   * @param threads those of the devices; the caller closes them
   */
  public Adam(AdamSettings settings, ShardedWeights weights, DeviceThreads threads) {
    this(settings, weights, threads, new AdamState(0, zeroMoments(weights.first())));
  }

  /**
   * Resumes from a state, which may be that of another number of devices.
   *
   * @param weights the model's weights, changed in place; the caller closes them
   * @param threads those of the devices; the caller closes them
   * @throws InvalidMessageException naming a moment that is missing or of another type or shape
   *     than its weight
   */
  public Adam(
      AdamSettings settings, ShardedWeights weights, DeviceThreads threads, AdamState state) {
    this.settings = settings;
    this.weights = weights;
    this.threads = threads;
    NamedArrays first = weights.first();
    Map<String, Tensor> moments = new LinkedHashMap<>(moments(FIRST_MOMENT, first, state));
    moments.putAll(moments(SECOND_MOMENT, first, state));
    step = state.step();
    first.names().forEach(name -> steps.put(name, state.stepsOf(name)));
    try {
      module = parts.add(TorchScriptModule.load(archive()));
      shards =
          IntStream.range(0, weights.shards().size())
              .mapToObj(i -> parts.add(new AdamShard(weights, i, moments)))
              .toList();
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
    untrained.putAll(moments);
    weights.trained().forEach(name -> untrained.keySet().removeAll(momentsOf(name)));
  }

  private static List<String> momentsOf(String weight) {
    return List.of(FIRST_MOMENT + weight, SECOND_MOMENT + weight);
  }

  /** Returns the module that the constructors compile. */
  public static TorchScriptArchive archive() {
    return new TorchScriptArchive(
        "Adam",
        TorchScriptSource.onDevice() + "\n" + TorchScriptSource.of(Adam.class, "adam.py"),
        Map.of());
  }

  private static Map<String, Tensor> zeroMoments(NamedArrays weights) {
    Map<String, Tensor> zeros = new LinkedHashMap<>();
    for (String prefix : List.of(FIRST_MOMENT, SECOND_MOMENT)) {
      for (String name : weights.names()) {
        long[] shape = weights.get(name).getShape().getShape();
        zeros.put(
            prefix + name, Tensor.f32(new float[Math.toIntExact(weights.get(name).size())], shape));
      }
    }
    return zeros;
  }

  private static Map<String, Tensor> moments(String prefix, NamedArrays weights, AdamState state) {
    Map<String, Tensor> moments = new LinkedHashMap<>();
    for (String weight : weights.names()) {
      String name = prefix + weight;
      Tensor moment = state.moments().get(name);
      List<Long> shape = shape(weights, weight);
      InvalidMessageException.require(
          moment != null && moment.type() == TensorType.F32 && moment.shape().equals(shape),
          name,
          moment == null ? "nothing" : moment.type() + " " + moment.shape(),
          "F32 " + shape);
      moments.put(name, moment);
    }
    return moments;
  }

  private static List<Long> shape(NamedArrays weights, String name) {
    return Arrays.stream(weights.get(name).getShape().getShape()).boxed().toList();
  }

  /**
   * Updates the weights by one step, each device its shard on that device. The gradients are
   * overwritten.
   *
   * @param gradients for each shard, a finite gradient for each of its slices
   * @param norm the global norm of the gradients, finite
   * @param learningRate above 0
   */
  public void update(
      List<? extends List<? extends NDArray>> gradients, float norm, double learningRate) {
    step++;
    weights.trained().forEach(name -> steps.merge(name, 1L, Long::sum));
    double maximum = settings.maximumNorm();
    float scale = norm > (float) maximum ? (float) maximum / norm : 1;
    threads.run(
        shards.size(),
        i -> shards.get(i).update(module, settings, scale, learningRate, steps, gradients.get(i)));
  }

  /** Throws if a step with that learning rate is not possible. */
  public static void requireRate(double learningRate) {
    InvalidMessageException.require(
        learningRate > 0 && Double.isFinite(learningRate),
        "learning rate",
        learningRate,
        "a number above 0");
  }

  /** Returns the number of steps taken, without skipped steps. */
  public long step() {
    return step;
  }

  /** Copies the current state into JVM memory. It does not depend on the number of devices. */
  public AdamState state() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    weights.first().names().forEach(name -> shapes.put(name, shape(weights.first(), name)));
    Map<String, Tensor> joined = new HashMap<>(untrained);
    shards.forEach(shard -> shard.copyTo(joined, shapes));
    Map<String, Tensor> moments = new LinkedHashMap<>();
    for (String prefix : List.of(FIRST_MOMENT, SECOND_MOMENT)) {
      shapes.keySet().forEach(name -> moments.put(prefix + name, joined.get(prefix + name)));
    }
    Map<String, Long> fewer = new LinkedHashMap<>(steps);
    fewer.values().removeIf(count -> count == step);
    return new AdamState(step, fewer, moments);
  }

  @Override
  public void close() {
    parts.close();
  }
}
