package deepspeech.dataprep.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.broker.trace.TraceHeaders;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends answers with an idempotent producer. All in-sync replicas acknowledge them. Asks the broker
 * first whether a topic exists, because a producer would wait for a missing topic to appear, or
 * create it. Thread-safe.
 */
public final class KafkaReplies implements Replies, AutoCloseable {
  private static final Duration KNOWN_FOR = Duration.ofSeconds(5);

  private final BrokerConfiguration configuration;
  private final TopicSetup topics;
  private final Producer<String, byte[]> producer;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();

  /** What the broker said of a topic, and when by {@link System#nanoTime()}. */
  private record Answer(boolean existing, long nanos) {
    boolean isRecent() {
      return System.nanoTime() - nanos < KNOWN_FOR.toNanos();
    }
  }

  /** Opens the connections. The broker need not be available yet. */
  public KafkaReplies(BrokerConfiguration configuration) {
    this.configuration = configuration;
    this.topics = new TopicSetup(configuration);
    this.producer =
        new KafkaProducer<>(
            configuration.client(
                Map.of(
                    ProducerConfig.ACKS_CONFIG, "all",
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
                    ProducerConfig.LINGER_MS_CONFIG, "0",
                    // The minimum that Kafka allows. The topic of a run is deleted with the run,
                    // and the client queries every topic that it remembers, once per second if a
                    // topic is missing.
                    ProducerConfig.METADATA_MAX_IDLE_CONFIG, "5000",
                    ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000",
                    ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000",
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "30000")),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @Override
  public boolean exists(String topic) throws InterruptedException {
    Answer last = answers.get(topic);
    boolean recent = last != null && last.isRecent();
    if (recent && last.existing()) {
      return true;
    }
    // A new topic may need a moment to appear. Of the requests of a run whose topic was deleted,
    // only the first ones wait for that.
    boolean existing = recent ? topics.exists(topic) : topics.appears(topic);
    answers.put(topic, new Answer(existing, System.nanoTime()));
    return existing;
  }

  @Override
  public void send(String topic, List<Reply> replies) throws InterruptedException {
    try {
      List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
      for (Reply reply : replies) {
        Headers headers = CloudEventHeaders.toKafka(reply.headers());
        TraceHeaders.write(Context.current(), headers);
        acknowledged.add(
            producer.send(new ProducerRecord<>(topic, null, reply.key(), reply.body(), headers)));
      }
      for (Future<RecordMetadata> record : acknowledged) {
        record.get();
      }
    } catch (InterruptException e) {
      // Kafka's client sets the interrupt flag when it throws. The checked exception replaces the
      // flag.
      Thread.interrupted();
      InterruptedException interrupted = new InterruptedException(e.getMessage());
      interrupted.initCause(e);
      throw interrupted;
    } catch (ExecutionException | KafkaException e) {
      answers.remove(topic);
      throw BrokerException.onTopic(topic, "WRITE", configuration, e);
    }
  }

  /** Sends the pending records, for at most five seconds, and closes the connections. */
  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    topics.close();
  }
}
