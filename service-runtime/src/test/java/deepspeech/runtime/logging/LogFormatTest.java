package deepspeech.runtime.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogFormatTest {
  @Test
  void textIsTheDefault() {
    assertThat(format(Map.of())).isEqualTo(LogFormat.TEXT);
    assertThat(format(Map.of("DEEPSPEECH_LOG_FORMAT", "text"))).isEqualTo(LogFormat.TEXT);
    assertThat(format(Map.of("DEEPSPEECH_LOG_FORMAT", "json"))).isEqualTo(LogFormat.JSON);
  }

  @Test
  void anotherFormatIsRefusedInALine() {
    assertThatThrownBy(() -> format(Map.of("DEEPSPEECH_LOG_FORMAT", "xml")))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("DEEPSPEECH_LOG_FORMAT: \"xml\" given, allowed: text or json");
  }

  @Test
  void whyAServiceCannotStartIsTextOrAJsonObject() {
    // When
    String text = LogFormat.TEXT.failure("trainer-service", "broker \"a\" is away");
    JsonNode json =
        Json.readTree(
            LogFormat.JSON
                .failure("trainer-service", "broker \"a\" is away")
                .getBytes(StandardCharsets.UTF_8));

    // Then
    assertThat(text).isEqualTo("trainer-service: broker \"a\" is away");
    assertThat(json.path("message").asText()).isEqualTo("broker \"a\" is away");
    assertThat(json.path("loggerName").asText()).isEqualTo("trainer-service");
    assertThat(json.path("level").asText()).isEqualTo("FATAL");
  }

  private static LogFormat format(Map<String, String> environment) {
    return LogFormat.of(new EnvironmentVariables(environment));
  }
}
