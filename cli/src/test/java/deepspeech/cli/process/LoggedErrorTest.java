package deepspeech.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoggedErrorTest {
  @Test
  void theMessageOfAnErrorIsFound() {
    // Given
    String line =
        "2026-01-31 12:00:00,123 ERROR [dee.tra.Trainer] (trainer-1) run x: cannot go on [y] (z)";

    // When
    var error = LoggedError.in(line);

    // Then
    assertThat(error).contains("run x: cannot go on [y] (z)");
  }

  @Test
  void theMessageOfAnErrorThatIsAJsonObjectIsFound() {
    // Given
    String line = "{\"level\":\"FATAL\",\"message\":\"run x: \\\"y\\\"\"}";

    // When
    var error = LoggedError.in(line);

    // Then
    assertThat(error).contains("run x: \"y\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-31 12:00:00,123 INFO  [dee.tra.Trainer] (main) no ERROR here",
        "2026-01-31 12:00:00,123 WARN  [dee.tra.Trainer] (main) careful",
        "Train [2021-08-31 22:41:43.713666] epoch: [1/50], batch: [100/1599]",
        "{\"level\":\"WARN\",\"message\":\"careful\"}",
        "{no object",
        "\tat deepspeech.Service.main(Service.java:1)"
      })
  void otherLinesAreNoErrors(String line) {
    // When
    var error = LoggedError.in(line);

    // Then
    assertThat(error).isEmpty();
  }
}
