package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RampTest {
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "3, 0.25", "4, 0.5", "5, 0.75", "6, 1", "7, 1", "1000, 1"})
  void theStrengthGrowsEvenlyFromNoneToFull(int epoch, double strength) {
    // Given
    Ramp ramp = new Ramp(2, 6);
    // When
    double found = ramp.strength(epoch);
    // Then
    assertThat(found).isCloseTo(strength, within(1e-12));
  }

  @Test
  void withoutARampTheStrengthIsFullFromTheFirstEpoch() {
    // Given
    Ramp ramp = Ramp.NONE;
    // When
    double strength = ramp.strength(1);
    // Then
    assertThat(strength).isEqualTo(1);
  }
}
