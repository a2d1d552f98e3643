package deepspeech.broker.feed;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.messages.Json;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.BatchShape;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.FeatureStatistics;
import deepspeech.messages.features.PlannedBatches;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.features.UtteranceCounts;
import deepspeech.messages.topic.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Answers the requests of a topic as a test wants it to. */
final class DataPrepDouble implements AutoCloseable {
  static final String FINGERPRINT = "f".repeat(64);

  /** How it answers. */
  @FunctionalInterface
  interface Behaviour {
    /**
     * Answers a request, or not.
     *
     * @param asked how often this has been asked, with this request
     */
    void answer(FeatureRequest request, int asked, DataPrepDouble replies);
  }

  private final BrokerConfiguration broker;
  private final Behaviour behaviour;
  private final KafkaProducer<String, byte[]> producer;
  private final List<FeatureRequest.Batch> batchRequests = new CopyOnWriteArrayList<>();
  private final List<Integer> partitions = new CopyOnWriteArrayList<>();
  private final Map<Object, Integer> asked = new ConcurrentHashMap<>();
  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread thread;
  private volatile boolean closed;

  /** Begins with the requests that are published from now on. */
  DataPrepDouble(BrokerConfiguration broker, Behaviour behaviour) {
    this.broker = broker;
    this.behaviour = behaviour;
    this.producer =
        new KafkaProducer<>(
            broker.client(Map.of("max.block.ms", "5000")),
            new StringSerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            broker.client(Map.of("auto.offset.reset", "earliest")),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all =
        IntStream.range(0, Topics.BATCH_REQUEST_PARTITIONS)
            .mapToObj(p -> new TopicPartition(Topics.BATCH_REQUESTS, p))
            .toList();
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position);
    this.thread = new Thread(this::run, "data-prep-double");
    thread.start();
  }

  /** Answers everything at once and as it should be. */
  static Behaviour prompt() {
    return (request, asked, replies) -> replies.answer(request);
  }

  static DataSetDescription description(FeatureRequest.Description request, int... batches) {
    return new DataSetDescription(
        request.run(),
        request.split(),
        request.requestId(),
        new DataSetVersion(FINGERPRINT, Map.of("manifest", "0".repeat(64))),
        new UtteranceCounts(10, Map.of(), 0),
        new PlannedBatches(batches, new BatchShape(3, 100, 4)),
        List.of(),
        List.of("<blank>", "a"),
        new FeatureStatistics(
            new double[FeatureBatch.BINS], new double[FeatureBatch.BINS], new byte[] {1, 2, 3}));
  }

  /** A batch whose contents are a function of its key: some have one part, some have three. */
  static FeatureBatch batch(BatchKey key) {
    int utterances = 3;
    int frames = key.batch() % 3 == 1 ? 2000 : 20;
    short[] features = new short[utterances * frames * FeatureBatch.BINS];
    Arrays.fill(features, (short) (key.epoch() * 1000 + key.batch()));
    long first = key.batch() * 10L + 1;
    return new FeatureBatch(
        key,
        features,
        new int[] {frames, frames, frames},
        new int[] {1, 1, 2},
        new int[] {1, 2, 0},
        new long[] {first, first + 1, first + 2},
        List.of("a", "bb", ""),
        List.of());
  }

  static BatchKey key(FeatureRequest.Batch request) {
    return new BatchKey(
        request.run(), request.split(), request.fingerprint(), request.epoch(), request.batch());
  }

  /** Answers as data-prep does, four batches an epoch. */
  void answer(FeatureRequest request) {
    if (request instanceof FeatureRequest.Description dataSet) {
      int[] batches = new int[dataSet.epochs()];
      Arrays.fill(batches, 4);
      describe(dataSet, description(dataSet, batches));
    } else if (request instanceof FeatureRequest.Batch batch) {
      FeatureBatchCodec.encode(batch(key(batch))).forEach(part -> send(request, part));
    }
  }

  void describe(FeatureRequest request, DataSetDescription description) {
    send(
        request,
        Map.of(FeatureHeaders.REPLY, FeatureHeaders.REPLY_DATA_SET),
        Json.write(description));
  }

  void refuse(FeatureRequest request, String reason) {
    RequestRefused refused = RequestRefused.of(request, reason);
    send(request, Map.of(FeatureHeaders.REPLY, FeatureHeaders.REPLY_REFUSED), Json.write(refused));
  }

  void send(FeatureRequest request, FeatureBatchPart part) {
    send(request, part.headers(), part.body());
  }

  void send(FeatureRequest request, Map<String, String> headers, byte[] body) {
    Headers kafka = CloudEventHeaders.toKafka(headers);
    var unused = producer.send(new ProducerRecord<>(request.replyTopic(), 0, "key", body, kafka));
  }

  /** The batch requests so far, in the order in which they came. */
  List<FeatureRequest.Batch> batchRequests() {
    return List.copyOf(batchRequests);
  }

  /** The partition of each of {@link #batchRequests}. */
  List<Integer> partitions() {
    return List.copyOf(partitions);
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ZERO);
  }

  @Override
  public String toString() {
    return "data-prep at " + broker;
  }

  private void run() {
    try (consumer) {
      while (!closed) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          FeatureRequest request = Json.read(record.value(), FeatureRequest.class);
          if (request instanceof FeatureRequest.Batch batch) {
            partitions.add(record.partition());
            batchRequests.add(batch);
          }
          behaviour.answer(request, asked.merge(request, 1, Integer::sum), this);
        }
      }
    } catch (WakeupException | InterruptException e) {
      closed = true;
    }
  }
}
