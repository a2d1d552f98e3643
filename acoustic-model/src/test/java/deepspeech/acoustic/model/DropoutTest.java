package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.acoustic.optimizer.AdamState;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link GoldenStepsTest} compares steps with dropout with those of an ordinary program. */
class DropoutTest {
  private static final ModelShape SHAPE = new ModelShape(1, 2, 16, 6);
  private static final int FEATURES = 32;
  private static final RaggedBatch BATCH = Utterances.batch(1, 6, 20, 97, 60, 121, 80);
  private static final Dropout DROPOUT = new Dropout(0.3, 7);

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.9})
  void valuesAreDroppedWithTheProbabilityAndTheOthersMakeUpForThem(double probability) {
    // Given
    RaggedBatch batch = Utterances.batch(1, 6, 20, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
    ModelShape shape = new ModelShape(1, 4, 500, 6);

    // When
    Tensor masks = new Dropout(probability, 1).masks(shape, batch);

    // Then
    assertThat(masks.shape()).isEqualTo(List.of(4L, 10L, 1000L));
    float[] values = masks.toFloats();
    int dropped = 0;
    for (float value : values) {
      assertThat(value).isIn(0f, (float) (1 / (1 - probability)));
      dropped += value == 0 ? 1 : 0;
    }
    double deviation = Math.sqrt(probability * (1 - probability) / values.length);
    assertThat((double) dropped / values.length).isCloseTo(probability, within(4 * deviation));
  }

  @Test
  void eachLayerUtteranceBatchEpochAndSeedHasAMaskOfItsOwn() {
    // When
    float[] masks = DROPOUT.masks(SHAPE, BATCH).toFloats();
    float[] otherSeed = new Dropout(0.3, 8).masks(SHAPE, BATCH).toFloats();
    float[] nextBatch = DROPOUT.masks(SHAPE, at(new BatchPlace(1, 1, 0))).toFloats();
    float[] nextEpoch = DROPOUT.masks(SHAPE, at(new BatchPlace(2, 0, 0))).toFloats();

    // Then
    assertThat(Arrays.asList(otherSeed, nextBatch, nextEpoch)).doesNotContain(masks);
    assertThat(nextBatch).isNotEqualTo(nextEpoch);
    assertThat(
            IntStream.range(0, masks.length / FEATURES)
                .mapToObj(i -> Arrays.copyOfRange(masks, i * FEATURES, (i + 1) * FEATURES))
                .map(Arrays::toString)
                .distinct())
        .hasSize(masks.length / FEATURES);
    assertThat(DROPOUT.masks(SHAPE, at(BatchPlace.FIRST)).toFloats()).isEqualTo(masks);
  }

  private static RaggedBatch at(BatchPlace place) {
    return new RaggedBatch(
        BATCH.features(), BATCH.frames(), BATCH.labels(), BATCH.labelLengths(), place);
  }

  @Test
  void anUtteranceHasTheSameMasksInAShareOfItsBatch() {
    // Given
    float[] whole = DROPOUT.masks(SHAPE, BATCH).toFloats();

    // When
    List<RaggedBatch> shares = BATCH.split(3);

    // Then
    assertThat(shares).hasSize(3);
    int first = 0;
    for (RaggedBatch share : shares) {
      float[] masks = DROPOUT.masks(SHAPE, share).toFloats();
      for (int layer = 0; layer < 2; layer++) {
        int from = (layer * BATCH.size() + first) * FEATURES;
        int length = share.size() * FEATURES;
        assertThat(Arrays.copyOfRange(masks, layer * length, (layer + 1) * length))
            .isEqualTo(Arrays.copyOfRange(whole, from, from + length));
      }
      first += share.size();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu,cpu"})
  void resumingFromASnapshotEqualsTrainingWithoutInterruptionToTheBit(String list) {
    // Given
    Devices devices = Devices.resolve(false, Optional.of(list));
    RaggedBatch next = at(new BatchPlace(1, 1, 0));
    try (TrainableModel uninterrupted =
        TrainableModel.initialise(SHAPE, 3, dropping(DROPOUT), devices)) {
      uninterrupted.step(BATCH, 1e-3);
      Map<String, Tensor> parameters = uninterrupted.parameters();
      AdamState optimizer = uninterrupted.optimizerState();
      uninterrupted.step(next, 1e-3);

      // When
      ModelState state = new ModelState(parameters, Optional.of(optimizer), Optional.empty());
      try (TrainableModel resumed =
          TrainableModel.restore(SHAPE, state, FrozenLayers.NONE, dropping(DROPOUT), devices)) {
        boolean recomputed = resumed.rehearse(new BatchShape(4, 121, 6), 1);
        StepResult result = resumed.step(next, 1e-3);

        // Then
        assertThat(recomputed).isFalse();
        assertThat(result.skipped()).isFalse();
        assertThat(resumed.parameters()).isEqualTo(uninterrupted.parameters());
        assertThat(resumed.optimizerState()).isEqualTo(uninterrupted.optimizerState());
      }
    }
  }

  @Test
  void trainingDropsAndEvaluationDoesNot() {
    // Given
    try (TrainableModel plain =
            TrainableModel.initialise(SHAPE, 3, dropping(Dropout.NONE), Devices.CPU);
        TrainableModel dropping =
            TrainableModel.initialise(SHAPE, 3, dropping(DROPOUT), Devices.CPU)) {
      // When
      BatchLogProbabilities evaluated = dropping.logProbabilities(BATCH);
      StepResult step = dropping.step(BATCH, 1e-3);

      // Then
      assertThat(evaluated.values()).isEqualTo(plain.logProbabilities(BATCH).values());
      assertThat(step.losses()).doesNotContain(plain.step(BATCH, 1e-3).losses());
    }
  }

  @Test
  void theInputsOfFrozenLayersAreNotDropped() {
    // Given
    FrozenLayers frozen = new FrozenLayers(Set.of("rnn.1", "output"));
    Map<String, Tensor> parameters;
    try (TrainableModel initial = TrainableModel.initialise(SHAPE, 3, Devices.CPU)) {
      parameters = initial.parameters();
    }

    // When
    float[] plain = losses(parameters, frozen, Dropout.NONE);
    float[] dropped = losses(parameters, frozen, DROPOUT);
    float[] droppedBeforeTheOutput = losses(parameters, new FrozenLayers(Set.of("rnn.1")), DROPOUT);

    // Then
    assertThat(dropped).isEqualTo(plain);
    assertThat(droppedBeforeTheOutput).isNotEqualTo(plain);
  }

  private static float[] losses(
      Map<String, Tensor> parameters, FrozenLayers frozen, Dropout dropout) {
    try (TrainableModel model =
        TrainableModel.restore(
            SHAPE, ModelState.of(parameters), frozen, dropping(dropout), Devices.CPU)) {
      return model.step(BATCH, 1e-3).losses();
    }
  }

  @Test
  void aProbabilityOfOneIsRefused() {
    // When
    var thrown = assertThatThrownBy(() -> new Dropout(1, 0));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("dropout: 1.0 given, allowed: from 0, below 1");
  }

  private static StepSettings dropping(Dropout dropout) {
    return new StepSettings(AdamSettings.DEFAULT, false, 0, dropout);
  }
}
