package deepspeech.testing.service;

import deepspeech.messages.Json;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Answers the requests for data sets and batches in data-prep's place. A test decides what the
 * answers are; the double knows how they are sent.
 */
public final class DataPrepDouble implements AutoCloseable {
  /** How it answers. */
  @FunctionalInterface
  public interface Behaviour {
    /**
     * Answers a request, or not.
     *
     * @param asked how often this has been asked, with this request
     * @param replies sends the answers
     */
    void answer(FeatureRequest request, int asked, DataPrepDouble replies);
  }

  private final Behaviour behaviour;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Map<FeatureRequest, Integer> asked = new ConcurrentHashMap<>();
  private final RecordSender sender;
  private final TopicListener listener;

  /** Begins with the requests that are published from now on. */
  public DataPrepDouble(String bootstrapServers, Behaviour behaviour) {
    this.behaviour = behaviour;
    sender = new RecordSender(bootstrapServers);
    listener = new TopicListener(bootstrapServers, Topics.BATCH_REQUESTS, this::take);
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    FeatureRequest request = Json.read(record.value(), FeatureRequest.class);
    received.add(new Received(request, record.partition()));
    behaviour.answer(request, asked.merge(request, 1, Integer::sum), this);
  }

  /** Describes the data set that is asked for. */
  public void describe(FeatureRequest request, DataSetDescription description) {
    send(request, FeatureReply.description(request, description));
  }

  /** Sends the batch that is asked for, in as many parts as it has. */
  public void send(FeatureRequest request, FeatureBatch batch) {
    FeatureReply.batch(batch).forEach(reply -> send(request, reply));
  }

  /** Says why there is no answer. */
  public void refuse(FeatureRequest request, String reason) {
    send(request, FeatureReply.refusal(request, reason));
  }

  /** Sends any record to where the answer is expected. */
  public void send(FeatureRequest request, FeatureReply reply) {
    sender.send(request.replyTopic(), reply.key(), reply.headers(), reply.body());
  }

  /** The batch requests so far, in the order in which they came. */
  public List<FeatureRequest.Batch> batchRequests() {
    return ofBatches().map(message -> (FeatureRequest.Batch) message.request()).toList();
  }

  /** The partition of each of {@link #batchRequests}. */
  public List<Integer> partitions() {
    return ofBatches().map(Received::partition).toList();
  }

  /** The batches that were asked for a run, in the order in which the requests came. */
  public List<Integer> batchesAskedFor(RunId run) {
    return batchRequests().stream()
        .filter(request -> request.run().equals(run))
        .map(FeatureRequest.Batch::batch)
        .toList();
  }

  /** How often a data set was described for a run; one that is asked for again counts once. */
  public long descriptions(RunId run) {
    return received.stream()
        .map(Received::request)
        .filter(request -> request.run().equals(run))
        .filter(FeatureRequest.Description.class::isInstance)
        .map(request -> ((FeatureRequest.Description) request).requestId())
        .distinct()
        .count();
  }

  private Stream<Received> ofBatches() {
    return received.stream().filter(message -> message.request() instanceof FeatureRequest.Batch);
  }

  @Override
  public void close() {
    listener.close();
    sender.close();
  }

  private record Received(FeatureRequest request, int partition) {}
}
