package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvolutionTest {
  private final Convolution convolution = new Convolution();

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0",
    "320, 1, 0",
    "5000, 700, 0",
    "5000, 700, 300",
    "100, 3000, 50",
    "9000, 1024, 1023"
  })
  void isTheSumOfProductsThatDefinesIt(int length, int responseLength, int delay) {
    // Given
    float[] samples = Signals.noise(length, 1);
    float[] response = Signals.noise(responseLength, 2);
    float[] output = new float[length];
    // When
    convolution.convolve(samples, length, response, delay, output);
    // Then
    for (int n = 0; n < length; n++) {
      double sum = 0;
      for (int k = 0; k < responseLength; k++) {
        int i = n + delay - k;
        sum += i >= 0 && i < length ? (double) samples[i] * response[k] : 0;
      }
      assertThat((double) output[n]).isCloseTo(sum, within(1e-4));
    }
  }
}
