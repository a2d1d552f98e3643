package deepspeech.acoustic.optimizer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.torchscript.NamedArrays;
import deepspeech.acoustic.torchscript.ScriptArgument;
import deepspeech.acoustic.torchscript.TensorTransfer;
import deepspeech.acoustic.torchscript.TorchScriptModule;
import deepspeech.messages.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The moments of the weights that one device updates, on that device. */
final class AdamShard implements AutoCloseable {
  static final String FIRST_MOMENT = "exp_avg.";
  static final String SECOND_MOMENT = "exp_avg_sq.";
  private static final List<String> MOMENTS = List.of(FIRST_MOMENT, SECOND_MOMENT);

  private final Shard shard;
  private final List<NDArray> weights;
  private final NamedArrays first;
  private final NamedArrays second;

  /**
   * Copies the moments to the device.
   *
   * @param number of the device and its shard
   * @param moments those of the whole weights, by the names of {@link AdamState#moments}
   */
  AdamShard(ShardedWeights sharded, int number, Map<String, Tensor> moments) {
    shard = sharded.shards().get(number);
    weights = sharded.slices(number, number);
    boolean whole = sharded.isWhole();
    first = moments(FIRST_MOMENT, whole, moments, sharded.device(number));
    try {
      second = moments(SECOND_MOMENT, whole, moments, sharded.device(number));
    } catch (RuntimeException | Error e) {
      first.close();
      throw e;
    }
  }

  private NamedArrays moments(
      String prefix, boolean whole, Map<String, Tensor> moments, Device device) {
    Map<String, Tensor> own = new LinkedHashMap<>();
    for (Slice slice : shard.slices()) {
      Tensor moment = moments.get(prefix + slice.weight());
      own.put(slice.weight(), whole ? moment : slice.of(moment));
    }
    return new NamedArrays(own, device);
  }

  /**
   * Updates weights and moments; see {@code adam.py}. The gradients are overwritten.
   *
   * @param gradients one for each slice
   * @param steps number of this step for each weight
   */
  void update(
      TorchScriptModule module,
      AdamSettings settings,
      double scale,
      double learningRate,
      Map<String, Long> steps,
      List<? extends NDArray> gradients) {
    if (weights.isEmpty()) {
      return;
    }
    float[] counts = new float[weights.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = steps.get(shard.slices().get(i).weight());
    }
    try (NDManager scope = weights.get(0).getManager().newSubManager()) {
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
          ScriptArgument.of(
              TensorTransfer.toDevice(
                  Tensor.f32(counts, counts.length), scope.newSubManager(Device.cpu()))),
          ScriptArgument.listOf(weights),
          ScriptArgument.listOf(gradients),
          ScriptArgument.listOf(first.arrays()),
          ScriptArgument.listOf(second.arrays()));
    }
  }

  // The kernel reads these scalars on the host, in double precision, so they stay on the CPU.
  private static NDArray host(NDManager scope, double... values) {
    return TensorTransfer.toDevice(
        Tensor.f64(values, values.length), scope.newSubManager(Device.cpu()));
  }

  /**
   * Copies the moments into JVM memory.
   *
   * @param moments those of the whole weights, to which this adds its part
   * @param shapes the shape of each weight
   */
  void copyTo(Map<String, Tensor> moments, Map<String, List<Long>> shapes) {
    for (String prefix : MOMENTS) {
      NamedArrays own = prefix.equals(FIRST_MOMENT) ? first : second;
      for (Slice slice : shard.slices()) {
        Tensor part = TensorTransfer.toHost(own.get(slice.weight()));
        List<Long> shape = shapes.get(slice.weight());
        moments.compute(
            prefix + slice.weight(), (name, others) -> slice.joined(others, part, shape));
      }
    }
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
