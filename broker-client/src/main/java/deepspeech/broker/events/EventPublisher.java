package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.trace.TraceHeaders;
import deepspeech.messages.Json;
import deepspeech.messages.event.CloudEvent;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes the JSON messages of the contract in order, with CloudEvents attributes as headers,
 * acknowledged by all in-sync replicas. If the calling thread has a current trace, the headers
 * carry it. Thread-safe.
 */
public final class EventPublisher implements AutoCloseable {
  private final BrokerConfiguration configuration;
  private final String source;
  private final Clock clock;
  private final Producer<String, byte[]> producer;
  private final Acknowledgements acknowledgements = new Acknowledgements();

  /**
   * Opens a producer. The broker need not be reachable yet.
   *
   * @param source {@code ce_source} of all messages, such as {@code /trainer-service}
   */
  public EventPublisher(BrokerConfiguration configuration, String source) {
    this(configuration, source, Clock.systemUTC());
  }

  /**
   * Opens a producer that waits long for an unreachable broker. Messages published meanwhile are
   * sent in order when the broker is reachable again.
   *
   * @param source {@code ce_source} of all messages, such as {@code /trainer-service}
   * @param patience how long a message may wait, from the time at which it was published
   * @param waiting receives a line every 10 s while a message has waited 10 s or longer
   */
  public static EventPublisher patient(
      BrokerConfiguration configuration,
      String source,
      Duration patience,
      Consumer<String> waiting) {
    EventPublisher publisher =
        new EventPublisher(
            configuration,
            source,
            Clock.systemUTC(),
            Map.of(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(patience.toMillis()),
                ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.toMillis()));
    publisher.acknowledgements.reportTo("broker " + configuration.bootstrapServers(), waiting);
    return publisher;
  }

  /**
   * Opens a producer. The broker need not be reachable yet.
   *
   * @param source {@code ce_source} of all messages, such as {@code /trainer-service}
   * @param clock provides {@code ce_time}
   */
  public EventPublisher(BrokerConfiguration configuration, String source, Clock clock) {
    this(configuration, source, clock, Map.of());
  }

  private EventPublisher(
      BrokerConfiguration configuration, String source, Clock clock, Map<String, Object> patience) {
    this.configuration = configuration;
    this.source = source;
    this.clock = clock;
    Map<String, Object> properties = new HashMap<>(patience);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    // With several requests in flight, a second batch may overtake the first one to a partition
    // that has just got its leader. The broker then refuses the first batch until its delivery
    // timeout (KAFKA-15591).
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
    this.producer =
        new KafkaProducer<>(
            configuration.client(properties), new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * Publishes a message under a new {@code ce_id} to its topic, see {@link EventRoute#of}.
   *
   * @return completes when the broker has acknowledged it, exceptionally with a {@link
   *     BrokerException}
   */
  public CompletableFuture<Void> send(Object message) {
    return send(message, UUID.randomUUID().toString());
  }

  /**
   * Publishes a message under the given id. A retry after a failure uses the same id, so that
   * readers recognise the message as the same.
   *
   * @param id {@code ce_id}
   * @return completes when the broker has acknowledged it, exceptionally with a {@link
   *     BrokerException}
   */
  public CompletableFuture<Void> send(Object message, String id) {
    EventRoute route = EventRoute.of(message);
    return send(
        route.topic(),
        null,
        route.key(),
        new CloudEvent(id, route.eventType(), source, clock.instant()),
        message);
  }

  /**
   * Publishes any JSON message.
   *
   * @param topic without the prefix of its name on the broker
   * @param partition null to choose it by the key
   * @param key null for none
   * @return completes when the broker has acknowledged it, exceptionally with a {@link
   *     BrokerException}
   */
  public CompletableFuture<Void> send(
      String topic, Integer partition, String key, CloudEvent attributes, Object message) {
    String nameOnBroker = configuration.name(topic);
    CompletableFuture<Void> acknowledged = acknowledgements.expect(nameOnBroker);
    Headers headers = CloudEventHeaders.toKafka(attributes.headers());
    TraceHeaders.write(Context.current(), headers);
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(nameOnBroker, partition, key, Json.write(message), headers);
    try {
      var unused =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  acknowledged.complete(null);
                } else {
                  acknowledged.completeExceptionally(failed(nameOnBroker, failure));
                }
              });
    } catch (KafkaException e) {
      acknowledged.completeExceptionally(failed(nameOnBroker, e));
    }
    return acknowledged;
  }

  /**
   * Publishes a message under a new {@code ce_id} and waits until the broker has acknowledged it.
   *
   * @throws BrokerException if the broker does not acknowledge it
   */
  public void publish(Object message) throws InterruptedException {
    await(send(message));
  }

  /**
   * Publishes a message under the given id and waits until the broker has acknowledged it.
   *
   * @throws BrokerException if the broker does not acknowledge it
   */
  public void publish(Object message, String id) throws InterruptedException {
    await(send(message, id));
  }

  /**
   * Returns how many partitions a topic has, as this publisher knows it. It asks the broker only if
   * its knowledge is old.
   *
   * @param topic without the prefix of its name on the broker
   * @throws BrokerException if the topic is unknown and the broker does not answer
   */
  public int partitions(String topic) {
    String nameOnBroker = configuration.name(topic);
    try {
      return producer.partitionsFor(nameOnBroker).size();
    } catch (KafkaException e) {
      throw failed(nameOnBroker, e);
    }
  }

  /** Waits until everything sent so far is acknowledged or has failed. */
  public void flush() {
    producer.flush();
  }

  /** Sends the messages in flight, for at most 5 s. */
  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    acknowledgements.close();
  }

  /** Drops the messages in flight. */
  public void abort() {
    producer.close(Duration.ZERO);
    acknowledgements.close();
  }

  private BrokerException failed(String topic, Throwable failure) {
    return BrokerException.onTopic(topic, "WRITE", configuration, failure);
  }

  private static void await(CompletableFuture<Void> acknowledged) throws InterruptedException {
    try {
      acknowledged.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BrokerException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }
}
