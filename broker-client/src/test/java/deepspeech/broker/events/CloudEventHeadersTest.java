package deepspeech.broker.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class CloudEventHeadersTest {
  @Test
  void headersComeBackAsTheyWereInUtf8AndInOrder() {
    // Given
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("z", "数据");
    headers.put("a", "");

    // When
    Map<String, String> back = CloudEventHeaders.fromKafka(CloudEventHeaders.toKafka(headers));

    // Then
    assertThat(back).containsExactlyEntriesOf(headers);
  }

  @Test
  void theLastOfSeveralHeadersOfANameCountsAndThoseWithoutValueDoNot() {
    // Given
    RecordHeaders kafka = new RecordHeaders();
    kafka.add("name", "first".getBytes(StandardCharsets.UTF_8));
    kafka.add("name", "last".getBytes(StandardCharsets.UTF_8));
    kafka.add("none", null);

    // When
    Map<String, String> headers = CloudEventHeaders.fromKafka(kafka);

    // Then
    assertThat(headers).containsExactlyEntriesOf(Map.of("name", "last"));
  }
}
