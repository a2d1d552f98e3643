package deepspeech.benchmark.learning;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.FrozenLayers;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.ModelState;
import deepspeech.acoustic.model.StepSettings;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.messages.tensor.Tensor;
import deepspeech.trainer.checkpoint.EpochWeights;
import java.util.Map;

/**
 * The test CER of averages of the weights, of those that the settings ask for: of the moving
 * average, and of the mean of the last epochs. Neither changes the training.
 */
final class TestedAverages {
  private final ModelShape shape;
  private final TestSetScore score;
  private final int epochs;
  private EpochWeights ends = EpochWeights.NONE;

  /**
   * Begins a training.
   *
   * @param epochs the number of epochs of the mean; 1 if there is none
   */
  TestedAverages(ModelShape shape, TestSetScore score, int epochs) {
    this.shape = shape;
    this.score = score;
    this.epochs = epochs;
  }

  /** Tests the averages at the end of an epoch. Returns their CERs in words; empty if none. */
  String endOfEpoch(int epoch, ModelState state) {
    String words =
        state
            .average()
            .map(average -> ", cer of the moving average %.4f".formatted(cer(average.values())))
            .orElse("");
    ends = ends.with(epoch, state.parameters()).newest(epochs);
    return ends.epochs().size() > 1
        ? words + ", cer of the mean of epochs %s %.4f".formatted(ends.epochs(), cer(ends.mean()))
        : words;
  }

  private double cer(Map<String, Tensor> parameters) {
    ModelState averaged = ModelState.of(parameters);
    try (TrainableModel model =
        TrainableModel.restore(
            shape, averaged, FrozenLayers.NONE, StepSettings.DEFAULT, Devices.CPU)) {
      return score.cer(model);
    }
  }
}
