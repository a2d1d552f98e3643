package deepspeech.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpochWindowTest {
  private static final Map<String, Tensor> ANY = weights(-1);

  @Test
  void theEndOfAnEpochAveragesTheLastEpochsAndFewerAtTheBeginning() {
    // Given
    EpochWindow window = new EpochWindow(3, EpochWeights.NONE);

    // When / Then
    assertThat(end(window, 1).averaged().epochs()).containsExactly(1);
    assertThat(end(window, 2).averaged().epochs()).containsExactly(1, 2);
    assertThat(end(window, 3).averaged().epochs()).containsExactly(1, 2, 3);
    EpochWindow.Part fourth = end(window, 4);
    assertThat(fourth.averaged().epochs()).containsExactly(2, 3, 4);
    assertThat(fourth.averaged().byEpoch().get(2)).isEqualTo(weights(2));
    assertThat(fourth.averaged().byEpoch().get(4)).isEqualTo(weights(4));
  }

  @Test
  void aCheckpointHasTheEarlierEpochsThatLaterAveragesNeedAndNoMore() {
    // Given
    EpochWindow window = new EpochWindow(3, EpochWeights.NONE);
    for (int epoch = 1; epoch <= 4; epoch++) {
      var unused = end(window, epoch);
    }

    // When
    EpochWindow.Part inside = window.at(new CheckpointId(5, 7), ANY);
    EpochWindow.Part atTheEnd = end(window, 5);

    // Then
    assertThat(inside.averaged().epochs()).isEmpty();
    assertThat(inside.earlier().epochs()).containsExactly(3, 4);
    // Its own weights are those of epoch 5.
    assertThat(atTheEnd.earlier().epochs()).containsExactly(4);
  }

  @Test
  void aWindowThatBeginsWithWhatACheckpointHasContinuesAsIfNothingHadHappened() {
    // Given
    EpochWindow uninterrupted = new EpochWindow(3, EpochWeights.NONE);
    for (int epoch = 1; epoch <= 3; epoch++) {
      var unused = end(uninterrupted, epoch);
    }
    EpochWindow.Part stored = uninterrupted.at(new CheckpointId(4, 7), ANY);

    // When
    EpochWindow resumed = new EpochWindow(3, stored.earlier());

    // Then
    assertThat(end(resumed, 4)).isEqualTo(end(uninterrupted, 4));
    assertThat(end(resumed, 5)).isEqualTo(end(uninterrupted, 5));
  }

  @Test
  void aSmallerWindowForgetsAndWithOneEpochNothingIsKept() {
    // Given
    EpochWeights three =
        EpochWeights.NONE.with(1, weights(1)).with(2, weights(2)).with(3, weights(3));

    // When
    EpochWindow two = new EpochWindow(2, three);
    EpochWindow one = new EpochWindow(1, three);

    // Then
    assertThat(end(two, 4).averaged().epochs()).containsExactly(3, 4);
    assertThat(end(one, 4)).isEqualTo(new EpochWindow.Part(EpochWeights.NONE, EpochWeights.NONE));
    assertThat(one.at(new CheckpointId(5, 1), ANY).earlier().epochs()).isEmpty();
  }

  private static EpochWindow.Part end(EpochWindow window, int epoch) {
    return window.at(CheckpointId.endOfEpoch(epoch), weights(epoch));
  }

  private static Map<String, Tensor> weights(int epoch) {
    return Map.of("w", Tensor.f32(new float[] {epoch, -epoch}, 2));
  }
}
