package deepspeech.acoustic.optimizer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.torchscript.NamedArrays;
import deepspeech.acoustic.torchscript.ScriptArgument;
import deepspeech.acoustic.torchscript.TensorTransfer;
import deepspeech.acoustic.torchscript.TorchScriptArchive;
import deepspeech.acoustic.torchscript.TorchScriptModule;
import deepspeech.acoustic.torchscript.TorchScriptSource;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
 * <p>The arithmetic is {@code adam.py}; this class owns the moments.
 */
public final class Adam implements AutoCloseable {
  private static final String FIRST_MOMENT = "exp_avg.";
  private static final String SECOND_MOMENT = "exp_avg_sq.";

  private final AdamSettings settings;
  private final NamedArrays weights;
  private final List<String> trained;
  private final NamedArrays firstMoments;
  private final NamedArrays secondMoments;
  private final TorchScriptModule module;
  private final Map<String, Long> steps = new LinkedHashMap<>();
  private long step;

  /**
   * Starts with moments of zero.
   *
   * @param weights the model's weights, changed in place; the caller closes them
   * @param trained the names of the weights to train
   */
  public Adam(AdamSettings settings, NamedArrays weights, List<String> trained) {
    this(settings, weights, trained, new AdamState(0, zeroMoments(weights)));
  }

  /**
   * Resumes from a state.
   *
   * @param weights the model's weights, changed in place; the caller closes them
   * @param trained the names of the weights to train
   * @throws InvalidMessageException naming a moment that is missing or of another type or shape
   *     than its weight
   */
  public Adam(AdamSettings settings, NamedArrays weights, List<String> trained, AdamState state) {
    this.settings = settings;
    this.weights = weights;
    this.trained = List.copyOf(trained);
    Map<String, Tensor> first = moments(FIRST_MOMENT, weights, state);
    Map<String, Tensor> second = moments(SECOND_MOMENT, weights, state);
    step = state.step();
    weights.names().forEach(name -> steps.put(name, state.stepsOf(name)));
    firstMoments = new NamedArrays(first, weights.device());
    secondMoments = new NamedArrays(second, weights.device());
    module = TorchScriptModule.load(archive());
  }

  /** Returns the module that the constructors compile. */
  public static TorchScriptArchive archive() {
    return new TorchScriptArchive("Adam", TorchScriptSource.of(Adam.class, "adam.py"), Map.of());
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
      List<Long> shape = Arrays.stream(weights.get(weight).getShape().getShape()).boxed().toList();
      InvalidMessageException.require(
          moment != null && moment.type() == TensorType.F32 && moment.shape().equals(shape),
          name,
          moment == null ? "nothing" : moment.type() + " " + moment.shape(),
          "F32 " + shape);
      moments.put(name, moment);
    }
    return moments;
  }

  /**
   * Updates the weights by one step. The gradients are overwritten.
   *
   * @param gradients one finite gradient for each trained weight, in the order of the names
   * @param norm the global norm of the gradients, finite
   * @param learningRate above 0
   */
  public void update(List<? extends NDArray> gradients, float norm, double learningRate) {
    step++;
    trained.forEach(name -> steps.merge(name, 1L, Long::sum));
    double maximum = settings.maximumNorm();
    float scale = norm > (float) maximum ? (float) maximum / norm : 1;
    try (NDManager scope = weights.arrays().get(0).getManager().newSubManager()) {
      module.call(
          scope,
          "update",
          ScriptArgument.of(host(scope, scale)),
          ScriptArgument.of(host(scope, learningRate)),
          ScriptArgument.of(
              host(
                  scope,
                  settings.beta1(),
                  settings.beta2(),
                  settings.epsilon(),
                  settings.weightDecay())),
          ScriptArgument.of(scope.create(stepsOfTrained())),
          ScriptArgument.listOf(weights.arrays(trained)),
          ScriptArgument.listOf(gradients),
          ScriptArgument.listOf(firstMoments.arrays(trained(FIRST_MOMENT))),
          ScriptArgument.listOf(secondMoments.arrays(trained(SECOND_MOMENT))));
    }
  }

  private float[] stepsOfTrained() {
    float[] counts = new float[trained.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = steps.get(trained.get(i));
    }
    return counts;
  }

  private List<String> trained(String prefix) {
    return trained.stream().map(name -> prefix + name).toList();
  }

  // The kernel reads these scalars on the host, in double precision, so they stay on the CPU.
  private static NDArray host(NDManager scope, double... values) {
    return TensorTransfer.toDevice(
        Tensor.f64(values, values.length), scope.newSubManager(Device.cpu()));
  }

  /** Returns the number of steps taken, without skipped steps. */
  public long step() {
    return step;
  }

  /** Copies the current state into JVM memory. */
  public AdamState state() {
    Map<String, Tensor> moments = new LinkedHashMap<>(firstMoments.toHost());
    moments.putAll(secondMoments.toHost());
    Map<String, Long> fewer = new LinkedHashMap<>(steps);
    fewer.values().removeIf(count -> count == step);
    return new AdamState(step, fewer, moments);
  }

  @Override
  public void close() {
    module.close();
    firstMoments.close();
    secondMoments.close();
  }
}
