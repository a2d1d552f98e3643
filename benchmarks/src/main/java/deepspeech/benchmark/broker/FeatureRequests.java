package deepspeech.benchmark.broker;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;
import java.time.Instant;
import java.util.UUID;

/** Sends requests to data-prep, for everything at once. */
final class FeatureRequests implements AutoCloseable {
  private static final String SOURCE = "/benchmarks";

  private final EventPublisher publisher;
  private final RunId run;
  private final DataSpecification data;
  private final String replies;
  private String fingerprint;

  FeatureRequests(BrokerConfiguration broker, RunId run, DataSpecification data) {
    this.publisher = new EventPublisher(broker, SOURCE);
    this.run = run;
    this.data = data;
    this.replies = Topics.featuresName(run, Split.TRAIN);
  }

  /**
   * Requests the description of the data set and waits for it. The requests for batches refer to
   * it.
   */
  void describe(RecordCounter records) {
    send(
        new FeatureRequest.Description(
            UUID.randomUUID().toString(), run, Split.TRAIN, data, 1, replies),
        0);
    fingerprint = records.description().fingerprint();
  }

  /** Requests every batch of an epoch. */
  void epoch(int epoch, int batches) {
    for (int batch = 0; batch < batches; batch++) {
      send(
          new FeatureRequest.Batch(run, Split.TRAIN, data, fingerprint, epoch, batch, replies),
          batch);
    }
  }

  private void send(FeatureRequest request, int number) {
    publisher
        .send(
            Topics.BATCH_REQUESTS,
            number % Topics.BATCH_REQUEST_PARTITIONS,
            run.toString(),
            CloudEvent.of(request.eventType(), SOURCE, Instant.now()),
            request)
        .join();
  }

  @Override
  public void close() {
    publisher.close();
  }
}
