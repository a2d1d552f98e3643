package deepspeech.broker.events;

import deepspeech.broker.trace.TraceHeaders;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.event.CloudEvent;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A message read from a topic.
 *
 * @param key null if it has none
 * @param attributes empty if it was published by hand, without {@code ce_id}
 * @param time the record's timestamp, set by the broker or the publisher
 * @param trace the trace in which it was published; the root context if none
 */
public record ReceivedEvent<T>(
    String topic,
    int partition,
    long offset,
    String key,
    Optional<CloudEvent> attributes,
    T body,
    Instant time,
    Context trace) {
  /** The id of the message: that of its publisher or, without one, its place in the topic. */
  public String id() {
    return attributes.map(CloudEvent::id).orElseGet(() -> place(topic, partition, offset));
  }

  /** The place of a record, topic/partition/offset, which stands for the id that it lacks. */
  public static String place(ConsumerRecord<?, ?> record) {
    return place(record.topic(), record.partition(), record.offset());
  }

  private static String place(String topic, int partition, long offset) {
    return "%s/%d/%d".formatted(topic, partition, offset);
  }

  /**
   * Reads a record.
   *
   * @throws InvalidMessageException if its headers or its body break the contract; the message is
   *     one line that begins with topic/partition/offset
   */
  public static <T> ReceivedEvent<T> read(
      ConsumerRecord<String, byte[]> record, Class<? extends T> type) {
    try {
      return new ReceivedEvent<>(
          record.topic(),
          record.partition(),
          record.offset(),
          record.key(),
          CloudEvent.fromHeaders(CloudEventHeaders.fromKafka(record.headers())),
          Json.read(record.value(), type),
          Instant.ofEpochMilli(record.timestamp()),
          TraceHeaders.read(record.headers()));
    } catch (InvalidMessageException e) {
      throw new InvalidMessageException("%s: %s".formatted(place(record), e.getMessage()), e);
    }
  }
}
