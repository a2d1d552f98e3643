package deepspeech.speech.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Float16Test {
  @Test
  void everyHalfGoesThroughFloatUnchanged() {
    // Given
    for (int bits = 0; bits < 1 << 16; bits++) {
      short half = (short) bits;
      // When
      float value = Float16.toFloat(half);
      // Then
      if (Float.isNaN(value)) {
        assertThat(bits & 0x7FFF).isGreaterThan(0x7C00);
        assertThat(Float16.toFloat(Float16.fromFloat(value))).isNaN();
      } else {
        assertThat(Float16.fromFloat(value)).isEqualTo(half);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // From the table of examples in the Wikipedia article "Half-precision floating-point format".
    "0x0001, 5.960464477539063e-8",
    "0x03ff, 6.097555160522461e-5",
    "0x0400, 6.103515625e-5",
    "0x3555, 0.333251953125",
    "0x3bff, 0.99951171875",
    "0x3c00, 1.0",
    "0x3c01, 1.0009765625",
    "0x7bff, 65504.0",
    "0xc000, -2.0"
  })
  void halvesHaveTheirDocumentedValues(String bits, double value) {
    // Given
    short half = (short) (int) Integer.decode(bits);
    // When
    double decoded = Float16.toFloat(half);
    // Then
    assertThat(decoded).isEqualTo(value);
  }

  @Test
  void aFloatBetweenTwoHalvesGoesToTheNearerOneAndATieToTheEvenOne() {
    // Given
    for (int bits = 0; bits < 0x7BFF; bits++) {
      float lower = Float16.toFloat((short) bits);
      float upper = Float16.toFloat((short) (bits + 1));
      // The middle of two halves is exactly a float.
      float middle =
          BigDecimal.valueOf(lower)
              .add(BigDecimal.valueOf(upper))
              .divide(BigDecimal.valueOf(2))
              .floatValue();
      short even = (short) ((bits & 1) == 0 ? bits : bits + 1);
      // When
      // Then
      assertThat(Float16.fromFloat(middle)).isEqualTo(even);
      assertThat(Float16.fromFloat(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Float16.fromFloat(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
      assertThat(Float16.fromFloat(-middle)).isEqualTo((short) (even | 0x8000));
    }
  }

  @Test
  void whatIsTooLargeBecomesInfiniteAndWhatIsTooSmallZero() {
    // Given
    short infinity = 0x7C00;
    // When
    // Then
    assertThat(Float16.fromFloat(65519.996f)).isEqualTo((short) 0x7BFF);
    assertThat(Float16.fromFloat(65520f)).isEqualTo(infinity);
    assertThat(Float16.fromFloat(Float.MAX_VALUE)).isEqualTo(infinity);
    assertThat(Float16.fromFloat(Float.POSITIVE_INFINITY)).isEqualTo(infinity);
    assertThat(Float16.fromFloat(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xFC00);
    assertThat(Float16.fromFloat(0x1p-25f)).isEqualTo((short) 0);
    assertThat(Float16.fromFloat(-Float.MIN_VALUE)).isEqualTo((short) 0x8000);
    assertThat(Float16.toFloat(Float16.fromFloat(Float.NaN))).isNaN();
  }
}
