package deepspeech.broker.events;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Converts between Kafka's record headers and the form of the contract: names and UTF-8 texts. */
public final class CloudEventHeaders {
  private CloudEventHeaders() {}

  /** Headers in the order of the map. */
  public static Headers toKafka(Map<String, String> headers) {
    RecordHeaders kafka = new RecordHeaders();
    headers.forEach((name, value) -> kafka.add(name, value.getBytes(StandardCharsets.UTF_8)));
    return kafka;
  }

  /**
   * The last value of each name, as in Kafka's own clients. Headers without a value are skipped.
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
