package deepspeech.evaluator.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.evaluator.evaluation.TestData;
import deepspeech.messages.Json;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.run.RunId;
import deepspeech.messages.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Answers every request with the batches of {@link TestData}, whatever the run. */
final class DataPrepDouble implements AutoCloseable {
  private final KafkaConsumer<String, byte[]> consumer;
  private final KafkaProducer<String, byte[]> producer;
  private final List<FeatureRequest> requests = new CopyOnWriteArrayList<>();
  private volatile String manifest;
  private final Thread thread = new Thread(this::run, "data-prep-double");

  /** Answers what is asked from now on. */
  DataPrepDouble(BrokerConfiguration broker) {
    producer =
        new KafkaProducer<>(
            broker.client(Map.of()), new StringSerializer(), new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            broker.client(Map.of()), new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        IntStream.range(0, Topics.BATCH_REQUEST_PARTITIONS)
            .mapToObj(partition -> new TopicPartition(Topics.BATCH_REQUESTS, partition))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread.start();
  }

  /** The batches that were asked for, in the order in which the requests came. */
  List<Integer> batchesAskedFor(RunId run) {
    return requests.stream()
        .filter(request -> request.run().equals(run))
        .filter(FeatureRequest.Batch.class::isInstance)
        .map(request -> ((FeatureRequest.Batch) request).batch())
        .toList();
  }

  /** Every request for a batch of a data set that was described before is refused from now on. */
  void changeManifest(String hash) {
    manifest = hash;
  }

  /** How often a data set was described for a run; one that is asked for again counts once. */
  long descriptions(RunId run) {
    return requests.stream()
        .filter(request -> request.run().equals(run))
        .filter(FeatureRequest.Description.class::isInstance)
        .map(request -> ((FeatureRequest.Description) request).requestId())
        .distinct()
        .count();
  }

  private void run() {
    try (consumer) {
      while (true) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          answer(Json.read(record.value(), FeatureRequest.class));
        }
      }
    } catch (WakeupException e) {
      // The test is over.
      producer.flush();
    }
  }

  private void answer(FeatureRequest request) {
    requests.add(request);
    if (request instanceof FeatureRequest.Description dataSet) {
      reply(
          request,
          Map.of(FeatureHeaders.REPLY, FeatureHeaders.REPLY_DATA_SET),
          Json.write(
              manifest == null
                  ? TestData.description(request.run(), dataSet.requestId())
                  : TestData.description(
                      request.run(),
                      dataSet.requestId(),
                      manifest.repeat(64).substring(0, 64),
                      Map.of("manifest", manifest))));
    } else if (request instanceof FeatureRequest.Batch batch) {
      if (manifest != null && !batch.fingerprint().startsWith(manifest)) {
        reply(
            request,
            Map.of(FeatureHeaders.REPLY, FeatureHeaders.REPLY_REFUSED),
            Json.write(
                RequestRefused.of(
                    batch, "manifest.test has changed since the data set was described")));
        return;
      }
      for (FeatureBatchPart part :
          FeatureBatchCodec.encode(
              TestData.batch(request.run(), batch.batch(), batch.fingerprint()))) {
        reply(request, part.headers(), part.body());
      }
    }
  }

  private void reply(FeatureRequest request, Map<String, String> headers, byte[] body) {
    var unused =
        producer.send(
            new ProducerRecord<>(
                request.replyTopic(), 0, "reply", body, CloudEventHeaders.toKafka(headers)));
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
  }
}
