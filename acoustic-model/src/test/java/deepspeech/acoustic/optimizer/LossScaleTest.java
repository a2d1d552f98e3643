package deepspeech.acoustic.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LossScaleTest {
  /**
   * Steps whose gradients are all finite or all not.
   *
   * @param scale after them
   * @param count of finite gradients after them
   */
  private record Row(boolean finite, int steps, float scale, int count) {}

  private record Course(String madeWith, List<Row> rows) {}

  /** {@code acoustic-model/reference/loss_scale.py} made the course. */
  @Test
  void itTakesTheCourseOfPyTorchsGradScalerAlsoWhenItIsResumedBeforeEachStep() throws IOException {
    // Given
    Course course;
    try (InputStream in = LossScaleTest.class.getResourceAsStream("loss-scale.json")) {
      course = Json.read(in.readAllBytes(), Course.class);
    }
    LossScale scale = new LossScale(LossScaleState.INITIAL);

    for (Row row : course.rows()) {
      // When
      for (int step = 0; step < row.steps(); step++) {
        scale = new LossScale(scale.state());
        boolean overflowed = scale.update(row.finite());
        assertThat(overflowed).isEqualTo(!row.finite());
      }

      // Then
      assertThat(scale.state())
          .as("after %s", row)
          .isEqualTo(new LossScaleState(row.scale(), row.count()));
    }
  }

  @Test
  void aGradientThatIsNotFiniteAtTheLeastScaleIsNoOverflow() {
    // Given
    LossScale scale = new LossScale(new LossScaleState(2, 7));

    // When
    boolean first = scale.update(false);
    boolean second = scale.update(false);

    // Then
    assertThat(first).isTrue();
    assertThat(second).isFalse();
    assertThat(scale.state()).isEqualTo(new LossScaleState(1, 0));
  }

  @Test
  void itsArraysAreTakenOutOfThoseOfTheOptimiser() {
    // Given
    LossScaleState state = new LossScaleState(8192, 1234);
    Map<String, Tensor> arrays =
        new LinkedHashMap<>(new AdamState(3, Map.of("exp_avg.w", f32(1))).toTensors());
    Map<String, Tensor> withoutScale = Map.copyOf(arrays);
    arrays.putAll(state.toTensors());

    // When
    var taken = LossScaleState.takeFrom(arrays);
    var takenAgain = LossScaleState.takeFrom(arrays);

    // Then
    assertThat(taken).contains(state);
    assertThat(arrays).isEqualTo(withoutScale);
    assertThat(takenAgain).isEmpty();
  }

  @Test
  void aScaleThatIsNoneIsNamed() {
    // Given
    Map<String, Tensor> broken = new LinkedHashMap<>(new LossScaleState(4, 0).toTensors());
    Map<String, Tensor> half = new LinkedHashMap<>(broken);
    broken.put("loss_scale", f32(0.5f));
    half.remove("loss_scale");

    // When
    var tooSmall = assertThatThrownBy(() -> LossScaleState.takeFrom(broken));
    var missing = assertThatThrownBy(() -> LossScaleState.takeFrom(half));

    // Then
    tooSmall
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("loss_scale: 0.5 given, allowed: a number from 1");
    missing
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("loss_scale: \"nothing\" given, allowed: F32 [1]");
  }

  private static Tensor f32(float value) {
    return Tensor.f32(new float[] {value}, 1);
  }
}
