package deepspeech.messages.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricPointTest {
  private static final String LAG =
      "{\"run\":\"demo\",\"name\":\"lag\",\"value\":2.0,\"step\":41,\"epoch\":1,\"batch\":41,"
          + "\"topic\":\"deepspeech.commands\",\"time\":\"2026-11-22T08:03:00Z\"}";

  @Test
  void lagNamesItsTopic() {
    // When
    MetricPoint point = Json.read(LAG, MetricPoint.class);

    // Then
    assertThat(point.topic()).isEqualTo("deepspeech.commands");
    assertThat(Json.writeText(point)).isEqualTo(LAG);
  }

  @Test
  void lagOfNoTopicIsRefused() {
    // Given
    String json = LAG.replace("\"topic\":\"deepspeech.commands\",", "");

    // Then
    assertThatThrownBy(() -> Json.read(json, MetricPoint.class))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("topic: null given, allowed: the name of a topic");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b", "a\\n=1+1", "a\\\"b", "=cmd", ""})
  void aTopicThatKafkaWouldNotTakeIsRefused(String topic) {
    // Given
    String json = LAG.replace("deepspeech.commands", topic);

    // Then
    assertThatThrownBy(() -> Json.read(json, MetricPoint.class))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("topic: ");
  }

  @Test
  void anotherMetricOfATopicIsRefused() {
    // Given
    String json = LAG.replace("\"lag\"", "\"train_loss\"");

    // Then
    assertThatThrownBy(() -> Json.read(json, MetricPoint.class))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "topic: \"deepspeech.commands\" given, allowed: none, because the metric is not lag");
  }
}
