package deepspeech.messages.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationBlockTest {
  /** Expected texts: Python 3's {@code print}. */
  @ParameterizedTest
  @CsvSource({
    "0.0001, 0.0001",
    "20.0, 20.0",
    "0.0, 0.0",
    "0.00005, 5e-05",
    "0.001, 0.001",
    "0.00025, 0.00025",
    "1.0, 1.0",
    "0.1, 0.1",
    "0.000015, 1.5e-05"
  })
  void aNumberIsShownAsPythonPrintsIt(double number, String expected) {
    // When
    String literal = ConfigurationBlock.literal(number);

    // Then
    assertThat(literal).isEqualTo(expected);
  }
}
