package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.Json;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;
import deepspeech.speech.dataset.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica that gets SIGTERM while requests wait, as when data-prep is scaled down or updated. */
@Timeout(300)
@Tag("integration")
class EndedReplicaIT {
  private static final int EPOCHS = 60;
  private static final RunId RUN = new RunId("ended");
  private static final String TOPIC = Topics.featuresName(RUN, Split.TRAIN);

  @TempDir private Path folder;

  @Test
  void everyRequestThatItLeavesIsAnsweredByTheNextReplicaThoughNobodyRepeatsIt() throws Exception {
    // Given
    Corpus corpus = Corpus.in(Files.createDirectories(folder.resolve("data"))).utterances(30);
    try (EmbeddedKafka broker = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        TopicSetup topics = new TopicSetup(BrokerConfiguration.of(broker.bootstrapServers()));
        EventPublisher publisher =
            new EventPublisher(BrokerConfiguration.of(broker.bootstrapServers()), "/test");
        ReplyReader replies = new ReplyReader(broker.bootstrapServers(), TOPIC)) {
      topics.ensureShared();
      topics.ensureFeatures(RUN, Split.TRAIN);
      Map<String, String> environment =
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
              "DEEPSPEECH_DATASET_ROOT", corpus.root().toString(),
              "DEEPSPEECH_DATA_PREP_THREADS", "1");
      DataSpecification data = corpus.specification(4, "batch_shuffle");
      Set<String> asked = new HashSet<>();
      try (DataPrepProcess leaving = DataPrepProcess.start(folder, "leaving", environment)) {
        leaving.ready();
        send(
                publisher,
                0,
                new FeatureRequest.Description("q", RUN, Split.TRAIN, data, EPOCHS, TOPIC))
            .join();
        DataSetDescription description =
            Json.read(
                replies.until(records -> records.size() == 1).get(0).body(),
                DataSetDescription.class);
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
          for (int batch = 0; batch < description.batches()[epoch - 1]; batch++) {
            asked.add(RUN + "/" + Split.TRAIN + "/" + epoch + "/" + batch);
            var unused =
                send(
                    publisher,
                    asked.size() % Topics.BATCH_REQUEST_PARTITIONS,
                    new FeatureRequest.Batch(
                        RUN, Split.TRAIN, data, description.fingerprint(), epoch, batch, TOPIC));
          }
        }

        // When
        while (leaving.answered() < 20) {
          TimeUnit.MILLISECONDS.sleep(10);
        }
      }
      int answered = replies.until(records -> records.size() >= 20).size();
      assertThat(answered).as("answers before the end").isLessThan(asked.size());

      // Then
      try (DataPrepProcess next = DataPrepProcess.start(folder, "next", environment)) {
        next.ready();
        Set<String> made =
            replies
                .until(
                    records ->
                        records.stream()
                            .map(ReplyReader.Received::key)
                            .collect(Collectors.toSet())
                            .containsAll(asked))
                .stream()
                .map(ReplyReader.Received::key)
                .collect(Collectors.toSet());
        assertThat(made).containsAll(asked);
      }
    }
  }

  private static CompletableFuture<Void> send(
      EventPublisher publisher, int partition, FeatureRequest request) {
    return publisher.send(
        Topics.BATCH_REQUESTS,
        partition,
        RUN.toString(),
        CloudEvent.of(request.eventType(), "/test", Instant.now()),
        request);
  }
}
