package deepspeech.speech.features;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NaturalLogTest {
  @Test
  void isWithinTwoTenMillionthsOfTheExactLogarithmOverTheWholeRange() {
    // Given
    double largest = 0;
    // When
    for (int bits = Float.floatToRawIntBits(Float.MIN_NORMAL);
        bits < Float.floatToRawIntBits(Float.MAX_VALUE) - 997;
        bits += 997) {
      float x = Float.intBitsToFloat(bits);
      double exact = Math.log(x);
      largest =
          Math.max(largest, Math.abs(NaturalLog.of(x) - exact) / Math.max(1, Math.abs(exact)));
    }
    // Then
    assertThat(largest).isPositive().isLessThan(2e-7);
  }
}
