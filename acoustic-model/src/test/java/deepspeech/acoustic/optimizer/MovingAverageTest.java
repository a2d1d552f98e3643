package deepspeech.acoustic.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import deepspeech.acoustic.torchscript.NamedArrays;
import deepspeech.acoustic.torchscript.TensorLists;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MovingAverageTest {
  private static final float[] BEGUN = {0, -2, 0.1f};
  private static final float[][] VALUES = {{1, -1, 0.1f}, {3, 0.5f, 0.1f}, {-2, 7, 0.1f}};

  private final TensorLists lists = new TensorLists();

  @AfterEach
  void close() {
    lists.close();
  }

  /** By hand: 2/11, 3/12 and 4/13 are less than 0.5; 2/11 and 0.2 are less than 3/12. */
  @Test
  void theDecayRisesToTheGivenOneWithTheUpdates() {
    // When
    float[] rising = afterAll(0.5);
    float[] limited = afterAll(0.2);

    // Then
    assertClose(rising, expected(2 / 11.0, 3 / 12.0, 4 / 13.0));
    assertClose(limited, expected(2 / 11.0, 0.2, 0.2));
  }

  private float[] afterAll(double decay) {
    try (MovingAverage average = new MovingAverage(decay, begun(), Device.cpu())) {
      for (float[] values : VALUES) {
        update(average, values);
      }
      return average.state().values().get("w").toFloats();
    }
  }

  private static double[] expected(double... decays) {
    double[] average = {BEGUN[0], BEGUN[1], BEGUN[2]};
    for (int update = 0; update < decays.length; update++) {
      for (int i = 0; i < average.length; i++) {
        average[i] = decays[update] * average[i] + (1 - decays[update]) * VALUES[update][i];
      }
    }
    return average;
  }

  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void anArrayThatStaysUnchangedIsItsOwnAverageToTheBit() {
    // Given
    float[] fixed = {0.1f, -1e-30f, 3.3e7f, 1 / 3f};
    AverageState begun = new AverageState(0, Map.of("w", Tensor.f32(fixed, fixed.length)));

    // When
    float[] average;
    try (MovingAverage moving = new MovingAverage(0.999, begun, Device.cpu())) {
      for (int i = 0; i < 50; i++) {
        update(moving, fixed);
      }
      average = moving.state().values().get("w").toFloats();
    }

    // Then
    assertThat(average).isEqualTo(fixed);
  }

  @Test
  void aStoredStateContinuesAsIfNothingHadHappened() {
    // Given
    AverageState stored;
    AverageState expected;
    try (MovingAverage average = new MovingAverage(0.9, begun(), Device.cpu())) {
      update(average, VALUES[0]);
      stored = AverageState.fromTensors(average.state().toTensors());
      update(average, VALUES[1]);
      expected = average.state();
    }

    // When
    AverageState actual;
    try (MovingAverage average = new MovingAverage(0.9, stored, Device.cpu())) {
      update(average, VALUES[1]);
      actual = average.state();
    }

    // Then
    assertThat(actual).isEqualTo(expected);
    assertThat(actual.updates()).isEqualTo(2);
    assertThat(stored.toTensors()).containsOnlyKeys("updates", "w");
  }

  @Test
  void aStoredStateWithoutTheNumberOfUpdatesIsRefused() {
    // Given
    Map<String, Tensor> tensors = new LinkedHashMap<>(begun().toTensors());
    tensors.remove("updates");

    // When
    var thrown = assertThatThrownBy(() -> AverageState.fromTensors(tensors));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("updates: \"nothing\" given, allowed: I64 [1]");
  }

  private static AverageState begun() {
    return new AverageState(0, Map.of("w", Tensor.f32(BEGUN, BEGUN.length)));
  }

  private void update(MovingAverage average, float[] values) {
    try (NamedArrays arrays =
        new NamedArrays(Map.of("w", Tensor.f32(values, values.length)), Device.cpu())) {
      average.update(lists, arrays.arrays());
    }
  }
}
