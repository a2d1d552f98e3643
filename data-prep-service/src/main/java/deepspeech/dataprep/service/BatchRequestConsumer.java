package deepspeech.dataprep.service;

import deepspeech.broker.trace.TraceHeaders;
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
    handler.handle(
        request.key(),
        request.value(),
        "%s/%d/%d".formatted(request.topic(), request.partition(), request.offset()),
        TraceHeaders.read(request.headers()));
  }
}
