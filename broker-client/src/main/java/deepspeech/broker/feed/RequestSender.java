package deepspeech.broker.feed;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.TopicLayout;
import deepspeech.messages.topic.Topics;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends requests to data-prep, distributed evenly over the partitions that its replicas share. */
final class RequestSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RequestSender.class);

  private final TopicLayout layout;
  private final String source;
  private final Clock clock = Clock.systemUTC();
  private final TopicSetup topics;
  private final EventPublisher publisher;
  private volatile boolean closed;
  private int partitions;

  RequestSender(BrokerConfiguration configuration, String source, TopicSetup topics) {
    this.layout = configuration.layout();
    this.source = source;
    this.topics = topics;
    this.publisher = new EventPublisher(impatient(configuration), source);
  }

  /**
   * Creates the request topic and the given reply topic if they are missing. Waits for the request
   * topic if an operator creates it.
   *
   * @param replies as it is on the broker
   * @return true if one of them was missing
   * @throws BrokerException if the broker does not answer or refuses
   */
  boolean prepare(TopicDefinition replies) throws InterruptedException {
    boolean created = topics.ensureShared(Set.of(Topics.BATCH_REQUESTS));
    created |= topics.ensure(List.of(replies));
    partitions = topics.partitions(layout.name(Topics.BATCH_REQUESTS));
    return created;
  }

  /**
   * Sends a request. A failure is logged in one line, and the caller requests again when the answer
   * does not arrive.
   *
   * @param number the number of the request; consecutive numbers go to different partitions
   * @param attempt from 1; each attempt goes to another partition, because a replica may be stuck
   * @param span the span of the request; it ends when the broker has acknowledged the request or
   *     the send has failed
   */
  void send(FeatureRequest request, int number, int attempt, Span span) {
    int partition = Math.floorMod(number + attempt - 1, partitions());
    Supplier<CompletableFuture<Void>> sending =
        () ->
            publisher.send(
                Topics.BATCH_REQUESTS,
                partition,
                request.run().toString(),
                CloudEvent.of(request.eventType(), source, clock.instant()),
                request);
    var unused =
        Context.root()
            .with(span)
            .wrapSupplier(sending)
            .get()
            .whenComplete(
                (done, failure) -> {
                  if (failure != null && !closed) {
                    LOG.warn("{}", BrokerException.line(failure));
                    Tracing.failed(span, failure);
                  }
                  span.end();
                });
  }

  /** Replicas that join may have added partitions. */
  private int partitions() {
    try {
      partitions = publisher.partitions(Topics.BATCH_REQUESTS);
    } catch (BrokerException e) {
      LOG.debug("{}", e.getMessage());
    }
    return partitions;
  }

  /** Drops unsent requests. */
  @Override
  public void close() {
    closed = true;
    publisher.abort();
  }

  /**
   * Limits the wait for an unreachable broker, because the same thread reads the replies, and the
   * time until new partitions are seen.
   */
  private static BrokerConfiguration impatient(BrokerConfiguration configuration) {
    Map<String, String> properties = new HashMap<>(configuration.properties());
    properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");
    properties.putIfAbsent(ProducerConfig.METADATA_MAX_AGE_CONFIG, "30000");
    return configuration.with(properties);
  }
}
