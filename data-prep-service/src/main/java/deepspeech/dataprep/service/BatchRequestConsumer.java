package deepspeech.dataprep.service;

import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.broker.trace.TraceHeaders;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.event.SchemaVersion;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Consumes requests in the consumer group that all replicas share, several at a time. */
@ApplicationScoped
public class BatchRequestConsumer {
  static final String CHANNEL = "batch-requests";

  private static final Logger LOG = LoggerFactory.getLogger(BatchRequestConsumer.class);

  private final RequestHandler handler;
  private final AnsweredOffsets offsets;

  BatchRequestConsumer(RequestHandler handler, AnsweredOffsets offsets) {
    this.handler = handler;
    this.offsets = offsets;
  }

  /**
   * Answers one request. Returns when the broker has the answer, when the request is dropped, or
   * when it is left to another replica. A request that fails counts as done, because the client
   * repeats it.
   */
  @Incoming(CHANNEL)
  @Blocking(value = CHANNEL, ordered = false)
  public void take(ConsumerRecord<String, byte[]> request) throws InterruptedException {
    TopicPartition partition = new TopicPartition(request.topic(), request.partition());
    String position = "%s/%d/%d".formatted(request.topic(), request.partition(), request.offset());
    if (!offsets.begin(partition, request.offset())) {
      LOG.debug("request {} is left to another replica", position);
      return;
    }
    try {
      answer(request, position);
    } catch (InterruptedException e) {
      offsets.giveUp(partition, request.offset());
      throw e;
    } catch (RuntimeException e) {
      LOG.warn("request {} ignored: {}", position, e.toString());
    }
    offsets.end(partition, request.offset());
  }

  private void answer(ConsumerRecord<String, byte[]> request, String position)
      throws InterruptedException {
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
