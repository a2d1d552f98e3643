package deepspeech.dataprep.service;

import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.broker.trace.TraceHeaders;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.event.SchemaVersion;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Consumes requests in the consumer group that all replicas share, several at a time. */
@ApplicationScoped
public class BatchRequestConsumer {
  static final String CHANNEL = "batch-requests";

  private final RequestHandler handler;

  BatchRequestConsumer(RequestHandler handler) {
    this.handler = handler;
  }

  /**
   * Answers one request. Returns when the broker has the answer, or when the request is dropped.
   */
  @Incoming(CHANNEL)
  @Blocking(value = CHANNEL, ordered = false)
  public void take(ConsumerRecord<String, byte[]> request) throws InterruptedException {
    String position = "%s/%d/%d".formatted(request.topic(), request.partition(), request.offset());
    try {
      SchemaVersion.requireReadable(
          CloudEventHeaders.fromKafka(request.headers()).get(SchemaVersion.HEADER));
    } catch (InvalidMessageException e) {
      handler.refuse(request.key(), request.value(), position, e.getMessage());
      return;
    }
    handler.handle(request.key(), request.value(), position, TraceHeaders.read(request.headers()));
  }
}
