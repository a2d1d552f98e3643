package deepspeech.acoustic.model;

import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.acoustic.optimizer.AverageState;
import deepspeech.acoustic.optimizer.LossScaleState;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A model between two steps, as host arrays.
 *
 * @param parameters the contents of {@code model.safetensors}: every parameter, including running
 *     statistics
 * @param optimizer the state of the optimiser; if absent, the optimiser starts afresh, as for
 *     fine-tuning
 * @param average the moving average of the parameters; empty if there is none
 * @param lossScale the scale of the loss; empty if training has none
 */
public record ModelState(
    Map<String, Tensor> parameters,
    Optional<AdamState> optimizer,
    Optional<AverageState> average,
    Optional<LossScaleState> lossScale) {
  /** A state without a scale of the loss. */
  public ModelState(
      Map<String, Tensor> parameters,
      Optional<AdamState> optimizer,
      Optional<AverageState> average) {
    this(parameters, optimizer, average, Optional.empty());
  }

  /** Returns the average to continue, or a new one; empty if there is to be none. */
  Optional<AverageState> averageToContinue(ModelShape shape, StepSettings settings) {
    if (settings.emaDecay() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        average
            .map(a -> new AverageState(a.updates(), shape.ordered(a.values())))
            .orElseGet(() -> new AverageState(0, shape.ordered(parameters))));
  }

  /** Returns the scale of the loss to continue, or a new one; empty if there is to be none. */
  Optional<LossScaleState> lossScaleToContinue(StepSettings settings) {
    return settings.precision() == Precision.F16
        ? Optional.of(lossScale.orElse(LossScaleState.INITIAL))
        : Optional.empty();
  }

  /**
   * Returns the contents of {@code optimizer.safetensors}: the optimiser's state and the scale of
   * the loss.
   */
  public Map<String, Tensor> optimizerTensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>(optimizer.orElseThrow().toTensors());
    lossScale.ifPresent(state -> tensors.putAll(state.toTensors()));
    return tensors;
  }

  /**
   * Returns this state with the result of {@link #optimizerTensors()}.
   *
   * @throws InvalidMessageException if an array is missing or of another type
   */
  public ModelState withOptimizer(Map<String, Tensor> tensors) {
    Map<String, Tensor> ofAdam = new LinkedHashMap<>(tensors);
    Optional<LossScaleState> scale = LossScaleState.takeFrom(ofAdam);
    return new ModelState(parameters, Optional.of(AdamState.fromTensors(ofAdam)), average, scale);
  }

  /** Returns the state of a model that begins with the given parameters. */
  public static ModelState of(Map<String, Tensor> parameters) {
    return new ModelState(parameters, Optional.empty(), Optional.empty());
  }
}
