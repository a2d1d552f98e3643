package deepspeech.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SmoothingTest {
  /** Values of TensorBoard's own test of its smoothing, data_transformer_test.ts, weight 0.6. */
  @Test
  void smoothingIsThatOfTensorBoard() {
    // When
    double[] falling = Smoothing.smooth(new double[] {1, 0.5, 0}, 0.6);
    double[] rising = Smoothing.smooth(new double[] {0, 0.5, 1}, 0.6);

    // Then
    assertThat(falling).containsExactly(new double[] {1, 0.6875, 0.33673469387755}, within(1e-12));
    assertThat(rising).containsExactly(new double[] {0, 0.3125, 0.66326530612245}, within(1e-12));
  }

  @Test
  void weightZeroChangesNothing() {
    // When
    double[] smoothed = Smoothing.smooth(new double[] {3, -1, 7}, 0);

    // Then
    assertThat(smoothed).containsExactly(3, -1, 7);
  }

  @Test
  void aConstantStaysWhatItIsUnderTheHeaviestWeight() {
    // When
    double[] smoothed = Smoothing.smooth(new double[] {5, 5, 5, 5}, 0.999);

    // Then
    assertThat(smoothed).containsExactly(new double[] {5, 5, 5, 5}, within(1e-9));
  }
}
