package deepspeech.acoustic.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import deepspeech.acoustic.ctc.CtcLoss;
import deepspeech.acoustic.optimizer.LossScale;
import deepspeech.acoustic.torchscript.ScriptArgument;
import deepspeech.acoustic.torchscript.TensorTransfer;
import deepspeech.acoustic.torchscript.TorchScriptArchive;
import deepspeech.acoustic.torchscript.TorchScriptModule;
import deepspeech.acoustic.torchscript.TorchScriptSource;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * DeepSpeech2 (Amodei et al., "Deep Speech 2", ICML 2016) with GRU layers: convolutions over
 * frequency and time with masked batch normalisation and clipped rectifiers, bidirectional GRU
 * layers after sequence-wise batch normalisation (section 3.2 of the paper), a linear layer and a
 * log softmax.
 *
 * <p>The computation is {@code acoustic_model.py}. Padding never enters a statistic or an output.
 * In evaluation mode an utterance's output therefore does not depend on the other utterances of its
 * batch. This class holds no parameters.
 */
final class AcousticModel implements AutoCloseable {
  private static final Tensor NO_MASKS = Tensor.f32(new float[0], 0);

  private final TorchScriptModule module;
  private final ModelShape shape;
  private final List<Parameter> trained;
  private final Dropout dropout;
  private final Optional<LossScale> lossScale;

  /**
   * Compiles the model.
   *
   * @param frozen layers that are not trained
   * @param fusedGru true if training computes GRU layers with PyTorch's own operator, false if it
   *     uses {@code gru.py}. The operator is faster on a GPU, {@code gru.py} is faster on a CPU.
   *     Both give the same result up to rounding.
   * @param settings of a step; the optimiser's and the average's are not used
   * @param lossScale by which {@link #gradients} multiplies the gradients; empty for 1
   */
  AcousticModel(
      ModelShape shape,
      FrozenLayers frozen,
      boolean fusedGru,
      StepSettings settings,
      Optional<LossScale> lossScale) {
    this.shape = shape;
    this.dropout = settings.dropout();
    this.lossScale = lossScale;
    trained = frozen.trained(shape);
    module =
        TorchScriptModule.load(
            archive(shape, frozen, fusedGru, settings.normByTimes(), settings.precision()));
  }

  /**
   * Returns the module that the constructor compiles.
   *
   * @param normByTimes true if the gradient of an utterance's loss is divided by its output frames
   */
  static TorchScriptArchive archive(
      ModelShape shape,
      FrozenLayers frozen,
      boolean fusedGru,
      boolean normByTimes,
      Precision precision) {
    String source =
        Stream.of("packing.py", "gru.py", "acoustic_model.py")
            .map(file -> TorchScriptSource.of(AcousticModel.class, file))
            .collect(
                Collectors.joining(
                    "\n",
                    String.join(
                        "\n",
                        TorchScriptSource.onDevice(),
                        CtcLoss.source(),
                        product(fusedGru, precision).source(),
                        ""),
                    ""));
    return new TorchScriptArchive(
        "AcousticModel",
        source,
        Map.of(
            "convolutions",
            shape.numConvLayers(),
            "rnn_layers",
            shape.numRnnLayers(),
            "fused_gru",
            fusedGru ? 1 : 0,
            "frozen",
            frozen.bits(shape),
            "norm_by_times",
            normByTimes ? 1 : 0,
            "product_type",
            productType(precision)));
  }

  /** PyTorch's own GRU uses neither. */
  private static RecurrentProduct product(boolean fusedGru, Precision precision) {
    return fusedGru ? RecurrentProduct.PLAIN : RecurrentProduct.of(productType(precision));
  }

  /** Returns PyTorch's number of the type of products. TF32 is a mode of PyTorch, not a type. */
  private static int productType(Precision precision) {
    return switch (precision) {
      case F32, TF32 -> 6;
      case BF16 -> 15;
      case F16 -> 5;
    };
  }

  /**
   * Moves the weights of each GRU layer into one buffer in the layout of cuDNN, as {@code
   * nn.GRU.flatten_parameters} does. Otherwise cuDNN copies them in each call, with a warning. The
   * arrays stay the same, but views of them made before do not follow.
   *
   * @param parameters the trainable arrays in the order of {@link ModelShape#parameters()}, on a
   *     GPU
   */
  void layOutForCudnn(List<NDArray> parameters) {
    try (NDManager scope = parameters.get(0).getManager().newSubManager()) {
      // With gradients, because a buffer of inference mode could not be part of a later gradient.
      var unused =
          module.callWithGradients(scope, "lay_out_for_cudnn", ScriptArgument.listOf(parameters));
    }
  }

  /**
   * Copies a batch to a device. A GPU copies it behind what was launched before; nothing waits.
   *
   * @param scope determines the device, and owns the result
   */
  UploadedBatch upload(RaggedBatch batch, NDManager scope) {
    NDManager host = scope.newSubManager(Device.cpu());
    List<NDArray> arrays =
        uploaded(
            scope,
            TensorTransfer.toDevice(batch.features(), host),
            TensorTransfer.toDevice(batch.labels(), host),
            TensorTransfer.toDevice(masks(batch), host));
    return new UploadedBatch(
        scope,
        batch,
        arrays.get(0),
        TensorTransfer.toDevice(batch.frames(), host),
        arrays.get(1),
        TensorTransfer.toDevice(batch.labelLengths(), host),
        arrays.get(2));
  }

  private List<NDArray> uploaded(NDManager scope, NDArray... arrays) {
    if (!scope.getDevice().isGpu()) {
      return List.of(arrays);
    }
    try (NDArray place = scope.create(new Shape(0))) {
      // With gradients, because a copy of inference mode could not be kept for a backward pass.
      return List.copyOf(
          module.callWithGradients(
              scope, "uploaded", ScriptArgument.listOf(List.of(arrays)), ScriptArgument.of(place)));
    } finally {
      List.of(arrays).forEach(NDArray::close);
    }
  }

  private Tensor masks(RaggedBatch batch) {
    return dropout.drops() ? dropout.masks(shape, batch) : NO_MASKS;
  }

  /** The scale of the loss follows the steps, so it is copied when a batch is computed. */
  private NDArray scale(UploadedBatch batch) {
    Tensor scale = Tensor.f32(new float[] {lossScale.map(LossScale::scale).orElse(1f)}, 1);
    NDManager host = batch.scope().newSubManager(Device.cpu());
    return uploaded(batch.scope(), TensorTransfer.toDevice(scale, host)).get(0);
  }

  /**
   * Training mode: computes the losses and the gradient of their sum, times the scale of the loss.
   * Does not change the parameters and statistics. A GPU may still compute when this returns.
   *
   * @param scope owns the results and determines the device of the computation
   * @param batch on that device
   * @param parameters the trainable arrays in the order of {@link ModelShape#parameters()}, on that
   *     device
   * @param statistics the running statistics in the same order, on that device
   * @param recompute true to need less memory: the backward pass computes each layer again instead
   *     of keeping what the forward pass computed. The results are equal up to rounding.
   */
  Gradients gradients(
      NDManager scope,
      UploadedBatch batch,
      List<NDArray> parameters,
      List<NDArray> statistics,
      boolean recompute) {
    List<ScriptArgument> arguments =
        new ArrayList<>(
            List.of(
                ScriptArgument.of(batch.features()),
                ScriptArgument.of(batch.frames()),
                ScriptArgument.of(batch.labels()),
                ScriptArgument.of(batch.labelLengths()),
                ScriptArgument.listOf(parameters),
                ScriptArgument.listOf(statistics)));
    String method = recompute ? "recomputed_gradients" : "gradients";
    if (dropout.drops() || lossScale.isPresent()) {
      method += "_with_options";
      arguments.add(ScriptArgument.of(batch.masks()));
      arguments.add(ScriptArgument.of(scale(batch)));
    }
    NDList results =
        module.callWithGradients(scope, method, arguments.toArray(ScriptArgument[]::new));
    int firstStatistic = 1 + trained.size();
    return new Gradients(
        results.get(0),
        List.copyOf(results.subList(1, firstStatistic)),
        List.copyOf(results.subList(firstStatistic, results.size())));
  }

  /**
   * Training mode on several devices, with the mean and variance of the whole batch in each
   * normalisation, otherwise as {@link #gradients}. One thread advances all devices layer by layer.
   *
   * @param scope of the first device; it owns the results
   * @param shares of the batch, one on each device
   * @param replicas the arrays of each device
   * @param statistics the running statistics before the batch, on the first device
   * @return the results for each share; the running statistics are those of the whole batch, on the
   *     first device
   */
  List<Gradients> synchronisedGradients(
      NDManager scope,
      List<UploadedBatch> shares,
      List<Replica> replicas,
      List<NDArray> statistics,
      boolean recompute) {
    List<NDArray> allStatistics = new ArrayList<>(statistics);
    replicas.stream().skip(1).forEach(replica -> allStatistics.addAll(replica.statistics()));
    NDList results =
        module.callWithGradients(
            scope,
            recompute ? "recomputed_synchronised_gradients" : "synchronised_gradients",
            ofEach(shares, UploadedBatch::features),
            ofEach(shares, UploadedBatch::frames),
            ofEach(shares, UploadedBatch::labels),
            ofEach(shares, UploadedBatch::labelLengths),
            ScriptArgument.listOf(
                replicas.stream().flatMap(r -> r.weights().arrays().stream()).toList()),
            ScriptArgument.listOf(allStatistics),
            ofEach(shares, UploadedBatch::masks),
            ofEach(shares, this::scale));
    return divided(results, shares.size());
  }

  private static ScriptArgument ofEach(
      List<UploadedBatch> shares, Function<UploadedBatch, NDArray> array) {
    return ScriptArgument.listOf(shares.stream().map(array).toList());
  }

  /** Losses of each share, gradients of each share, and the running statistics. */
  private List<Gradients> divided(NDList results, int shares) {
    int size = trained.size();
    List<NDArray> statistics = List.copyOf(results.subList(shares + shares * size, results.size()));
    return IntStream.range(0, shares)
        .mapToObj(
            i ->
                new Gradients(
                    results.get(i),
                    List.copyOf(results.subList(shares + i * size, shares + (i + 1) * size)),
                    statistics))
        .toList();
  }

  /**
   * Evaluation mode: normalises with the running statistics.
   *
   * @param scope determines the device of the computation
   * @param parameters the trainable arrays in the order of {@link ModelShape#parameters()}, on that
   *     device
   * @param statistics the running statistics in the same order, on that device
   */
  BatchLogProbabilities logProbabilities(
      NDManager scope, RaggedBatch batch, List<NDArray> parameters, List<NDArray> statistics) {
    try (NDManager host = scope.newSubManager(Device.cpu());
        NDManager device = scope.newSubManager()) {
      NDList results =
          module.call(
              device,
              "log_probabilities",
              ScriptArgument.of(TensorTransfer.toDevice(batch.features(), device)),
              ScriptArgument.of(TensorTransfer.toDevice(batch.frames(), host)),
              ScriptArgument.listOf(parameters),
              ScriptArgument.listOf(statistics));
      long[] frames = results.get(1).toLongArray();
      return new BatchLogProbabilities(
          TensorTransfer.toHost(results.get(0)),
          IntStream.range(0, frames.length).map(i -> (int) frames[i]).toArray());
    }
  }

  @Override
  public void close() {
    module.close();
  }

  /**
   * The results of one pass over a batch.
   *
   * @param losses the losses in nats, one per utterance, on the device
   * @param gradients the gradients of the sum of what is minimised, one for each trainable
   *     parameter of the layers that are not frozen
   * @param statistics the running statistics after this batch
   */
  record Gradients(NDArray losses, List<NDArray> gradients, List<NDArray> statistics) {}
}
