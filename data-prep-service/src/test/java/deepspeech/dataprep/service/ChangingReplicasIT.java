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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replicas that come, and that get SIGTERM, while requests wait, as when data-prep is scaled or
 * updated. Nobody repeats a request here.
 */
@Timeout(300)
@Tag("integration")
class ChangingReplicasIT {
  private static final int EPOCHS = 1000;
  private static final RunId RUN = new RunId("changing");
  private static final String TOPIC = Topics.featuresName(RUN, Split.TRAIN);

  @TempDir private Path folder;
  private final Deque<DataPrepProcess> replicas = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private EmbeddedKafka broker;
  private TopicSetup topics;
  private EventPublisher publisher;
  private ReplyReader replies;
  private Corpus corpus;
  private DataSetDescription description;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    BrokerConfiguration configuration = BrokerConfiguration.of(broker.bootstrapServers());
    topics = new TopicSetup(configuration);
    topics.ensureShared();
    topics.ensureFeatures(RUN, Split.TRAIN);
    publisher = new EventPublisher(configuration, "/test");
    replies = new ReplyReader(broker.bootstrapServers(), TOPIC);
    corpus = Corpus.in(Files.createDirectories(folder.resolve("data"))).utterances(30);
    replicaComes();
    send(0, new FeatureRequest.Description("q", RUN, Split.TRAIN, data(), EPOCHS, TOPIC)).join();
    description =
        Json.read(
            replies.until(records -> records.size() == 1).get(0).body(), DataSetDescription.class);
  }

  @AfterEach
  void end() {
    replicas.forEach(DataPrepProcess::close);
    replies.close();
    publisher.close();
    topics.close();
    broker.close();
  }

  @Test
  void everyRequestThatAReplicaLeavesAtItsEndIsAnsweredOnceByTheNext() throws Exception {
    // Given
    for (int request = 0; request < 450; request++) {
      askForNextBatch();
    }

    // When
    while (replicas.getFirst().answered() < 20) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    replicas.removeFirst().close();
    assertThat(answers(20)).as("answers before the end").hasSizeLessThan(asked.size());
    replicaComes();

    // Then
    assertThat(answers(asked.size())).containsExactlyInAnyOrderElementsOf(asked);
  }

  @Test
  void replicasThatComeAndGoAnswerEveryRequestOnce() throws Exception {
    // Given
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    ScheduledFuture<?> asking =
        clock.scheduleAtFixedRate(this::askForNextBatch, 0, 20, TimeUnit.MILLISECONDS);

    // When
    for (int change = 0; change < 3; change++) {
      replicaComes();
      replicaComes();
      for (DataPrepProcess replica : replicas) {
        double before = replica.answered();
        while (replica.answered() == before) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
      }
      replicas.removeFirst().close();
      replicas.removeFirst().close();
    }
    asking.cancel(false);
    clock.shutdown();
    assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

    // Then
    assertThat(answers(asked.size())).containsExactlyInAnyOrderElementsOf(asked);
  }

  private void replicaComes() throws IOException, InterruptedException {
    replicas.addLast(
        DataPrepProcess.start(
                folder,
                "replica-" + System.nanoTime(),
                Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                    "DEEPSPEECH_DATASET_ROOT", corpus.root().toString(),
                    "DEEPSPEECH_DATA_PREP_THREADS", "1"))
            .ready());
  }

  /** The batches answered so far, as often as they were, when there are at least so many. */
  private List<String> answers(int atLeast) {
    return replies.until(records -> records.size() > atLeast).stream()
        .skip(1)
        .map(ReplyReader.Received::key)
        .toList();
  }

  private void askForNextBatch() {
    int number = asked.size();
    int batches = description.batches()[0];
    int epoch = 1 + number / batches;
    int batch = number % batches;
    asked.add(RUN + "/" + Split.TRAIN + "/" + epoch + "/" + batch);
    var unused =
        send(
            number % Topics.BATCH_REQUEST_PARTITIONS,
            new FeatureRequest.Batch(
                RUN, Split.TRAIN, data(), description.fingerprint(), epoch, batch, TOPIC));
  }

  private DataSpecification data() {
    return corpus.specification(4, "batch_shuffle");
  }

  private CompletableFuture<Void> send(int partition, FeatureRequest request) {
    return publisher.send(
        Topics.BATCH_REQUESTS,
        partition,
        RUN.toString(),
        CloudEvent.of(request.eventType(), "/test", Instant.now()),
        request);
  }
}
