package deepspeech.messages.event;

import deepspeech.messages.InvalidMessageException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The CloudEvents 1.0 attributes of a control message, as Kafka headers (CloudEvents Kafka protocol
 * binding 1.0, binary content mode).
 *
 * @param id unique within the source; a message with a known id is the same message
 * @param type one of {@link EventTypes}
 * @param source the service that published it, such as {@code /trainer-service}
 */
public record CloudEvent(String id, String type, String source, Instant time) {
  public static final String SPEC_VERSION = "1.0";

  /** Largest number of characters of an id. Ids of subsequent messages are derived from it. */
  public static final int LONGEST_ID = 1000;

  public CloudEvent {
    InvalidMessageException.require(
        id != null && !id.isBlank() && id.length() <= LONGEST_ID,
        "ce_id",
        id,
        "a unique text of at most %d characters".formatted(LONGEST_ID));
    InvalidMessageException.require(
        type != null && !type.isBlank(), "ce_type", type, "an event type");
    InvalidMessageException.require(
        source != null && !source.isBlank(), "ce_source", source, "a URI");
    InvalidMessageException.require(time != null, "ce_time", null, "a time in ISO 8601");
  }

  public static CloudEvent of(String type, String source, Instant time) {
    return new CloudEvent(UUID.randomUUID().toString(), type, source, time);
  }

  /** Header names and UTF-8 values. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ce_specversion", SPEC_VERSION);
    headers.put("ce_id", id);
    headers.put("ce_type", type);
    headers.put("ce_source", source);
    headers.put("ce_time", time.toString());
    headers.put(SchemaVersion.HEADER, SchemaVersion.uri());
    headers.put("content-type", "application/json");
    return headers;
  }

  /**
   * Reads the attributes from headers; empty without {@code ce_id}, as in messages that a person
   * publishes by hand.
   *
   * @throws InvalidMessageException if there is an id but another attribute is missing or
   *     malformed, or if the message is of a newer {@link SchemaVersion}
   */
  public static Optional<CloudEvent> fromHeaders(Map<String, String> headers) {
    SchemaVersion.requireReadable(headers.get(SchemaVersion.HEADER));
    if (!headers.containsKey("ce_id")) {
      return Optional.empty();
    }
    String time = headers.get("ce_time");
    try {
      return Optional.of(
          new CloudEvent(
              headers.get("ce_id"),
              headers.get("ce_type"),
              headers.get("ce_source"),
              time == null ? null : Instant.parse(time)));
    } catch (DateTimeParseException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field("ce_time", time, "a time in ISO 8601").getMessage(), e);
    }
  }
}
