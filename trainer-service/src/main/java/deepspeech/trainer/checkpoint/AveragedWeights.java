package deepspeech.trainer.checkpoint;

import deepspeech.acoustic.optimizer.AverageState;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The weights of {@code average.safetensors}, of which {@code model.onnx} is made: a moving
 * average, or the mean of epochs.
 *
 * @param values every parameter, including running statistics
 * @param moving the state of the moving average; empty for the mean of epochs
 * @param epochs the epochs of the mean; none for a moving average
 */
record AveragedWeights(
    Map<String, Tensor> values, Optional<AverageState> moving, List<Integer> epochs) {
  private static final String EPOCHS = "epochs";

  /** Returns what a checkpoint has; empty if {@code model.onnx} is made of its weights. */
  static Optional<AveragedWeights> of(CheckpointCopy copy) {
    if (copy.model().average().isPresent()) {
      return copy.model().average().map(AveragedWeights::of);
    }
    EpochWeights averaged = copy.epochs().averaged();
    return averaged.epochs().size() > 1
        ? Optional.of(new AveragedWeights(averaged.mean(), Optional.empty(), averaged.epochs()))
        : Optional.empty();
  }

  private static AveragedWeights of(AverageState moving) {
    return new AveragedWeights(moving.values(), Optional.of(moving), List.of());
  }

  /** Returns the contents of the file: a moving average, or the mean and its epochs as I64. */
  Map<String, Tensor> toTensors() {
    if (moving.isPresent()) {
      return moving.get().toTensors();
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long[] numbers = epochs.stream().mapToLong(Integer::longValue).toArray();
    tensors.put(EPOCHS, Tensor.i64(numbers, numbers.length));
    tensors.putAll(values);
    return tensors;
  }

  /** Reads the result of {@link #toTensors()}. */
  static AveragedWeights fromTensors(Map<String, Tensor> tensors) {
    Map<String, Tensor> values = new LinkedHashMap<>(tensors);
    Tensor epochs = values.remove(EPOCHS);
    return epochs == null
        ? of(AverageState.fromTensors(tensors))
        : new AveragedWeights(
            values,
            Optional.empty(),
            Arrays.stream(epochs.toLongs()).mapToObj(Math::toIntExact).toList());
  }

  /** Describes the average in the metadata of {@code model.onnx}. */
  String description(TrainingConfiguration configuration) {
    return moving
        .map(
            state ->
                "ema_decay %s, %d updates"
                    .formatted(configuration.averaging().emaDecay(), state.updates()))
        .orElseGet(
            () ->
                "epochs " + epochs.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }
}
