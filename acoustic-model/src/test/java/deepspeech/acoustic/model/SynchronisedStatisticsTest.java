package deepspeech.acoustic.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.messages.configuration.Precision;
import deepspeech.messages.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas that share a batch and its normalisation, against one replica with the whole batch. */
class SynchronisedStatisticsTest {
  private static final ModelShape SHAPE = new ModelShape(1, 2, 16, 6);
  private static final ModelShape DEEPER = new ModelShape(2, 2, 16, 6);

  /**
   * Small, because rounding puts a few activations on the other side of the rectifier's corners.
   * That changes a gradient, and the weights by a part of the learning rate.
   */
  private static final double LEARNING_RATE = 2e-5;

  /** Among them batches with one utterance, and with fewer utterances than replicas. */
  private static final List<RaggedBatch> BATCHES =
      List.of(
          Utterances.batch(1, 6, 20, 97, 60, 121, 80, 33, 1, 64, 90),
          Utterances.batch(2, 6, 20, 41, 130, 77, 58, 100, 62, 85, 20, 49),
          Utterances.batch(3, 6, 20, 75, 110, 50));

  /**
   * Some steps are clipped. With an epsilon of 1e-8, Adam would turn gradients that are 0 but for
   * rounding into steps of the whole learning rate.
   */
  private static final AdamSettings WHOLE = new AdamSettings(0.9, 0.999, 2e-3, 1e-3, 50);

  private record Trained(Map<String, Tensor> parameters, List<StepResult> results) {}

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void afterFiftyStepsTheWeightsAreThoseOfOneReplicaOnTheWholeBatch(int replicas) {
    // Given
    // Gradients are averaged over n replicas, each of which has the sum over its utterances. So
    // their gradient is an n-th of that of the whole batch. Adam takes the same step for it if
    // epsilon, L2 and the norm at which gradients are clipped are an n-th, too.
    AdamSettings each =
        new AdamSettings(
            WHOLE.beta1(),
            WHOLE.beta2(),
            WHOLE.epsilon() / replicas,
            WHOLE.weightDecay() / replicas,
            WHOLE.maximumNorm() / replicas);

    // When
    Trained whole = train(WHOLE, 1, true, 50);
    Trained shared = train(each, replicas, true, 50);

    // Then
    assertThat(largestDifference(shared, whole, Parameter.Role.TRAINABLE)).isLessThan(1e-5);
    assertThat(largestDifference(shared, whole, Parameter.Role.STATISTIC)).isLessThan(1e-4);
    assertThat(whole.results()).hasSize(50);
    for (int step = 0; step < 50; step++) {
      assertThat(shared.results().get(step).loss())
          .isCloseTo(whole.results().get(step).loss(), withinPercentage(0.01));
      assertThat(shared.results().get(step).gradientNorm() * replicas)
          .isCloseTo(whole.results().get(step).gradientNorm(), withinPercentage(0.1));
    }
    assertThat(whole.results().stream().map(r -> r.gradientNorm() > WHOLE.maximumNorm()))
        .contains(true, false);
  }

  @Test
  void withoutSynchronisationTheWeightsAreOthersAfterAFewSteps() {
    // When
    Trained with = train(WHOLE, 2, true, 3);
    Trained without = train(WHOLE, 2, false, 3);

    // Then
    assertThat(largestDifference(with, without, Parameter.Role.TRAINABLE)).isGreaterThan(2e-5);
    assertThat(largestDifference(with, without, Parameter.Role.STATISTIC)).isGreaterThan(1e-2);
  }

  private static Trained train(
      AdamSettings optimizer, int replicas, boolean synchronised, int steps) {
    StepSettings settings =
        new StepSettings(optimizer, false, 0, Dropout.NONE, synchronised, Precision.F32);
    Devices devices = new Devices(Collections.nCopies(replicas, Device.cpu()));
    try (TrainableModel model = TrainableModel.initialise(SHAPE, 4, settings, devices)) {
      List<StepResult> results =
          Stream.iterate(0, step -> step + 1)
              .limit(steps)
              .map(step -> model.step(BATCHES.get(step % BATCHES.size()), LEARNING_RATE))
              .toList();
      return new Trained(model.parameters(), results);
    }
  }

  private static double largestDifference(Trained actual, Trained expected, Parameter.Role role) {
    double largest = 0;
    for (Parameter parameter : SHAPE.parameters()) {
      if (parameter.role() == role) {
        float[] wanted = expected.parameters().get(parameter.name()).toFloats();
        float[] values = actual.parameters().get(parameter.name()).toFloats();
        for (int i = 0; i < wanted.length; i++) {
          largest = Math.max(largest, Math.abs(values[i] - wanted[i]));
        }
      }
    }
    return largest;
  }

  @ParameterizedTest
  @CsvSource({
    "'', false, false, 0",
    "'', true, true, 0.3",
    "'conv.0,rnn.1', false, true, 0.3",
    "'conv.0,conv.1,rnn.0', true, false, 0",
    "'rnn.0,output', false, false, 0.3"
  })
  void sharesHaveTheGradientOfTheWholeBatchAlsoWithFrozenLayersRecomputationAndDropout(
      String list, boolean fusedGru, boolean recompute, double dropped) {
    // Given
    FrozenLayers frozen = new FrozenLayers(list.isEmpty() ? Set.of() : Set.of(list.split(",", -1)));
    RaggedBatch batch = BATCHES.get(0);
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    DEEPER.parameters().forEach(p -> parameters.put(p.name(), p.initialValues(5)));
    List<RaggedBatch> shares = batch.split(5);

    try (AcousticModel model =
            new AcousticModel(
                DEEPER,
                frozen,
                fusedGru,
                new StepSettings(AdamSettings.DEFAULT, true, 0, new Dropout(dropped, 7)),
                Optional.empty());
        Replica replica = new Replica(DEEPER, parameters, Device.cpu());
        NDManager scope = replica.newScope()) {
      // When
      AcousticModel.Gradients whole =
          model.gradients(
              scope,
              model.upload(batch, scope),
              replica.weights().arrays(),
              replica.statistics(),
              recompute);
      List<AcousticModel.Gradients> shared =
          model.synchronisedGradients(
              scope,
              shares.stream().map(share -> model.upload(share, scope)).toList(),
              Collections.nCopies(5, replica),
              replica.statistics(),
              recompute);

      // Then
      assertThat(shared).hasSize(5);
      for (int i = 0; i < whole.gradients().size(); i++) {
        float[] sum = new float[(int) whole.gradients().get(i).size()];
        for (AcousticModel.Gradients share : shared) {
          add(sum, share.gradients().get(i));
        }
        assertAlike(sum, whole.gradients().get(i), 1e-4);
      }
      for (int i = 0; i < whole.statistics().size(); i++) {
        assertAlike(
            shared.get(0).statistics().get(i).toFloatArray(), whole.statistics().get(i), 1e-5);
      }
    }
  }

  private static void add(float[] sum, NDArray gradient) {
    float[] values = gradient.toFloatArray();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values[i];
    }
  }

  private static void assertAlike(float[] actual, NDArray expected, double tolerance) {
    float[] wanted = expected.toFloatArray();
    double largest = 0.1;
    for (float value : wanted) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < wanted.length; i++) {
      assertThat((double) actual[i]).isCloseTo(wanted[i], within(tolerance * largest));
    }
  }

  @Test
  void aSingleDeviceComputesWhatItDoesWithoutSynchronisationToTheBit() {
    // When
    Trained with = train(WHOLE, 1, true, 2);
    Trained without = train(WHOLE, 1, false, 2);

    // Then
    assertThat(with.parameters()).isEqualTo(without.parameters());
  }

  @Test
  void theSumsOfTheStatisticsAreAmongTheBytesThatDevicesReceive() {
    // When
    long with = train(WHOLE, 4, true, 1).results().get(0).bytesReceived();
    long without = train(WHOLE, 4, false, 1).results().get(0).bytesReceived();

    // Then
    long parameters = 0;
    for (Parameter parameter : SHAPE.parameters()) {
      parameters += parameter.size();
    }
    assertThat(with).isGreaterThan(without).isLessThan(2 * Float.BYTES * parameters);
  }
}
