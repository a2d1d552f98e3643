package deepspeech.acoustic.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.device.DeviceThreads;
import deepspeech.acoustic.optimizer.Adam;
import deepspeech.acoustic.optimizer.ShardedWeights;
import deepspeech.acoustic.torchscript.TensorLists;
import deepspeech.messages.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A training step on the CPU with PyTorch's own GRU and automatic gradient, for comparison. */
final class OrdinaryStep implements AutoCloseable {
  private final AcousticModel model;
  private final Replica replica;
  private final TensorLists lists = new TensorLists();
  private final DeviceThreads threads = new DeviceThreads(List.of(Device.cpu()));
  private final ShardedWeights weights;
  private final Adam adam;

  OrdinaryStep(
      ModelShape shape,
      Map<String, Tensor> parameters,
      FrozenLayers frozen,
      StepSettings settings) {
    model = new AcousticModel(shape, frozen, true, settings, Optional.empty());
    replica = new Replica(shape, parameters, Device.cpu());
    List<String> trained = frozen.trained(shape).stream().map(Parameter::name).toList();
    weights = new ShardedWeights(List.of(replica.weights()), trained, lists);
    adam = new Adam(settings.optimizer(), weights, threads);
  }

  void step(RaggedBatch batch, double learningRate) {
    try (NDManager scope = replica.newScope()) {
      AcousticModel.Gradients computed =
          model.gradients(
              scope,
              model.upload(batch, scope),
              replica.weights().arrays(),
              replica.statistics(),
              false);
      List<NDArray> gradients = computed.gradients();
      adam.update(List.of(gradients), lists.norm(gradients), learningRate);
      lists.assign(replica.statistics(), computed.statistics());
    }
  }

  @Override
  public void close() {
    adam.close();
    weights.close();
    replica.close();
    model.close();
    threads.close();
    lists.close();
  }
}
