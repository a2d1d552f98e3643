package deepspeech.broker.events;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Kafka's record headers as names and UTF-8 texts, the form in which the contract tells them. */
public final class CloudEventHeaders {
  private CloudEventHeaders() {}

  /** Headers in the order of the map. */
  public static Headers toKafka(Map<String, String> headers) {
    RecordHeaders kafka = new RecordHeaders();
    headers.forEach((name, value) -> kafka.add(name, value.getBytes(StandardCharsets.UTF_8)));
    return kafka;
  }

  /**
   * The last value of each name, as Kafka's own clients take it; headers without value are left
   * out.
   */
  public static Map<String, String> fromKafka(Headers kafka) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : kafka) {
      if (header.value() != null) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    return headers;
  }
}
