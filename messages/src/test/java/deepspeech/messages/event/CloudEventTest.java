package deepspeech.messages.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventTest {
  private static final CloudEvent EVENT =
      new CloudEvent(
          "id-1",
          "deepspeech.run.state",
          "/trainer-service",
          Instant.parse("2026-01-02T03:04:05Z"));

  /** Header names: CloudEvents Kafka protocol binding 1.0, section 3.2. */
  @Test
  void theAttributesAreTheHeadersOfBinaryContentMode() {
    // When
    Map<String, String> headers = EVENT.headers();

    // Then
    assertThat(headers)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "ce_specversion", "1.0",
                "ce_dataschema", "urn:deepspeech:messages:1",
                "ce_id", "id-1",
                "ce_type", "deepspeech.run.state",
                "ce_source", "/trainer-service",
                "ce_time", "2026-01-02T03:04:05Z",
                "content-type", "application/json"));
    assertThat(CloudEvent.fromHeaders(headers)).contains(EVENT);
  }

  @Test
  void aMessagePublishedByHandNeedsNoAttributes() {
    // When
    var event = CloudEvent.fromHeaders(Map.of("other", "header"));

    // Then
    assertThat(event).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ce_type", "ce_source", "ce_time"})
  void anAttributeThatIsMissingBesideAnIdIsNamed(String header) {
    // Given
    Map<String, String> headers = new HashMap<>(EVENT.headers());
    headers.remove(header);

    // When
    var thrown = assertThatThrownBy(() -> CloudEvent.fromHeaders(headers));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .message()
        .startsWith(header + ": null given, allowed: ")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"urn:deepspeech:messages:0", "https://example.org/schema/7", ""})
  void aMessageOfAnOlderVersionOrOfAnotherOriginIsRead(String schema) {
    // Given
    Map<String, String> headers = new HashMap<>(EVENT.headers());
    headers.put("ce_dataschema", schema);

    // Then
    assertThat(CloudEvent.fromHeaders(headers)).contains(EVENT);
    headers.remove("ce_dataschema");
    assertThat(CloudEvent.fromHeaders(headers)).contains(EVENT);
  }

  @Test
  void aMessageOfANewerVersionIsRefused() {
    // When
    var thrown =
        assertThatThrownBy(
            () -> CloudEvent.fromHeaders(Map.of("ce_dataschema", "urn:deepspeech:messages:2")));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "ce_dataschema: \"urn:deepspeech:messages:2\" given, allowed: urn:deepspeech:messages:1"
                + " or older; messages of a newer version need a newer version of this service");
  }

  @Test
  void aMalformedTimeIsNamed() {
    // Given
    Map<String, String> headers = new HashMap<>(EVENT.headers());
    headers.put("ce_time", "noon");

    // When
    var thrown = assertThatThrownBy(() -> CloudEvent.fromHeaders(headers));

    // Then
    thrown.hasMessage("ce_time: \"noon\" given, allowed: a time in ISO 8601");
  }
}
