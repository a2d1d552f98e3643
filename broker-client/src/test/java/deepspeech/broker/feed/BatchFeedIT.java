package deepspeech.broker.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.broker.trace.Tracing;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;
import deepspeech.runtime.retry.Backoff;
import deepspeech.testing.service.DataPrepDouble;
import deepspeech.testing.service.FeatureReply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
@Tag("integration")
class BatchFeedIT {
  private static final DataSpecification DATA =
      new DataSpecification(
          new DataFiles("manifest.train", "vocab.txt", "mean_std.npz"),
          new DurationLimits(0, 20),
          new Batching(3, "instance_shuffle"),
          TextRules.DEFAULT,
          7);

  /** Of one epoch of NumberedBatches. */
  private static final BatchPosition AFTER_LAST = new BatchPosition(1, 4);

  private static final FeedSettings PATIENT = FeedSettings.defaults();
  private static final FeedSettings IMPATIENT =
      new FeedSettings(
          new Backoff(Duration.ofMillis(300), Duration.ofSeconds(1)),
          new Backoff(Duration.ofMillis(300), Duration.ofSeconds(1)),
          Duration.ofSeconds(60),
          Duration.ofMillis(200));

  private final List<String> waiting = new CopyOnWriteArrayList<>();
  private Path directory;
  private EmbeddedKafka kafka;
  private BrokerConfiguration broker;
  private TopicSetup topics;

  @BeforeAll
  void start(@TempDir Path directory) throws InterruptedException {
    this.directory = directory;
    kafka = EmbeddedKafka.start(directory, 0);
    broker = BrokerConfiguration.of(kafka.bootstrapServers());
    topics = new TopicSetup(broker);
    topics.ensureShared();
  }

  @AfterAll
  void stop() {
    topics.close();
    kafka.close();
  }

  @Test
  void allBatchesComeInOrderOverTheEpochsWhateverTheirNumberOfParts() throws Exception {
    // Given
    RunId run = new RunId("in-order");
    try (DataPrepDouble dataPrep =
            new DataPrepDouble(kafka.bootstrapServers(), NumberedBatches.prompt());
        BatchFeed feed = feed(run, PATIENT)) {
      // When
      DataSetDescription description = feed.describe(DATA, 3);
      feed.open(DATA, description, BatchPosition.START, Prefetch.fixed(3));
      List<FeatureBatch> batches = drain(feed);

      // Then
      assertThat(description.batches()).containsExactly(4, 4, 4);
      assertThat(batches).hasSize(12).allSatisfy(BatchFeedIT::isWholeAndUnchanged);
      assertThat(positions(batches))
          .isSorted()
          .startsWith(BatchPosition.START)
          .endsWith(new BatchPosition(3, 3));
      assertThat(dataPrep.partitions())
          .isEqualTo(dataPrep.batchRequests().stream().map(FeatureRequest.Batch::batch).toList())
          .containsOnly(0, 1, 2, 3);
      assertThat(feed.statistics()).isEqualTo(new FeedStatistics(12, 0, 0, 0, 0));
      assertThat(feed.waitedNanos()).isPositive();
      assertThatThrownBy(feed::next).isInstanceOf(java.util.NoSuchElementException.class);
    }
  }

  @Test
  void aResumedRunBeginsAtItsPositionAndIgnoresEarlierMessages() throws Exception {
    // Given
    RunId run = new RunId("resumed");
    try (DataPrepDouble dataPrep =
        new DataPrepDouble(kafka.bootstrapServers(), NumberedBatches.prompt())) {
      try (BatchFeed before = feed(run, PATIENT)) {
        before.open(DATA, before.describe(DATA, 2), BatchPosition.START, Prefetch.fixed(4));
        drain(before);
      }
      try (BatchFeed feed = feed(run, PATIENT)) {
        // When
        feed.open(DATA, feed.describe(DATA, 2), new BatchPosition(1, 3), Prefetch.fixed(2));
        List<FeatureBatch> batches = drain(feed);

        // Then
        assertThat(positions(batches))
            .containsExactly(
                new BatchPosition(1, 3),
                new BatchPosition(2, 0),
                new BatchPosition(2, 1),
                new BatchPosition(2, 2),
                new BatchPosition(2, 3));
        assertThat(dataPrep.batchRequests()).hasSize(8 + 5);
      }
    }
  }

  @Test
  void noMoreThanTheWindowIsRequestedUntilABatchIsTaken() throws Exception {
    // Given
    RunId run = new RunId("window");
    try (DataPrepDouble dataPrep =
            new DataPrepDouble(kafka.bootstrapServers(), NumberedBatches.prompt());
        BatchFeed feed = feed(run, PATIENT)) {
      feed.open(DATA, feed.describe(DATA, 5), BatchPosition.START, Prefetch.fixed(3));
      List<Integer> ahead = new ArrayList<>();

      // When
      for (int taken = 1; feed.hasNext(); taken++) {
        feed.next();
        ahead.add(dataPrep.batchRequests().size() - taken);
      }

      // Then
      assertThat(ahead).hasSize(20).allMatch(count -> count <= 3);
      assertThat(dataPrep.batchRequests()).hasSize(20);
    }
  }

  @Test
  void lateDoubledForeignAndUnreadableRepliesDoNotDisturbTheOrder() throws Exception {
    // Given
    RunId run = new RunId("disturbed");
    Map<Integer, FeatureRequest.Batch> first = new HashMap<>();
    DataPrepDouble.Behaviour disturbing =
        (request, asked, replies) -> {
          if (!(request instanceof FeatureRequest.Batch batch)) {
            NumberedBatches.answer(request, replies);
          } else if (batch.batch() < 2) {
            first.put(batch.batch(), batch);
            if (first.size() == 2) {
              partsBackwards(first.get(1)).forEach(part -> replies.send(request, part));
              partsBackwards(first.get(1)).forEach(part -> replies.send(request, part));
              BatchKey foreign = new BatchKey(run, Split.TRAIN, "old", batch.epoch(), 0);
              replies.send(request, NumberedBatches.batch(foreign));
              NumberedBatches.answer(first.get(0), replies);
              first.clear();
            }
          } else if (batch.batch() == 2 && asked == 1) {
            Map<String, String> headers = partsBackwards(batch).get(0).headers();
            replies.send(request, new FeatureReply("key", headers, new byte[] {1, 2, 3}));
          } else {
            if (batch.batch() == 3) {
              Map<String, String> headers = Map.of(FeatureHeaders.REPLY, "nonsense");
              replies.send(request, new FeatureReply("key", headers, new byte[0]));
            }
            NumberedBatches.answer(request, replies);
          }
        };
    try (DataPrepDouble dataPrep = new DataPrepDouble(kafka.bootstrapServers(), disturbing);
        BatchFeed feed = feed(run, PATIENT)) {
      feed.open(DATA, feed.describe(DATA, 2), BatchPosition.START, Prefetch.fixed(4));

      // When
      List<FeatureBatch> batches = drain(feed);

      // Then
      assertThat(batches).hasSize(8).allSatisfy(BatchFeedIT::isWholeAndUnchanged);
      assertThat(positions(batches)).isSorted();
      FeedStatistics statistics = feed.statistics();
      assertThat(statistics.duplicates()).isEqualTo(6);
      assertThat(statistics.foreign()).isEqualTo(2);
      assertThat(statistics.malformed()).isEqualTo(4);
      assertThat(statistics.retries()).isEqualTo(2);
      assertThat(dataPrep.batchRequests()).hasSize(10);
    }
  }

  @Test
  void aLostRequestIsRepeatedToAnotherReplicaAndLogged() throws Exception {
    // Given
    RunId run = new RunId("lost");
    DataPrepDouble.Behaviour losing =
        (request, asked, replies) -> {
          if (asked == 2 || (request instanceof FeatureRequest.Batch batch && batch.batch() != 2)) {
            NumberedBatches.answer(request, replies);
          }
        };
    try (DataPrepDouble dataPrep = new DataPrepDouble(kafka.bootstrapServers(), losing);
        BatchFeed feed = feed(run, IMPATIENT)) {
      // When
      feed.open(DATA, feed.describe(DATA, 1), BatchPosition.START, Prefetch.fixed(2));
      List<FeatureBatch> batches = drain(feed);

      // Then
      assertThat(positions(batches)).hasSize(4).isSorted();
      assertThat(feed.statistics().retries()).isPositive();
      assertThat(dataPrep.partitions()).contains(2, 3);
      assertThat(waiting)
          .anyMatch(
              line -> line.startsWith("waiting for data-prep: no answer about manifest.train"))
          .anyMatch(
              line -> line.startsWith("waiting for data-prep: batch 2 of epoch 1 has not arrived"));
    }
  }

  @Test
  void aRefusedDataSetFailsWithDataPrepsReason() throws Exception {
    // Given
    DataPrepDouble.Behaviour refusing =
        (request, asked, replies) -> replies.refuse(request, "manifest.train: no such file");
    try (DataPrepDouble dataPrep = new DataPrepDouble(kafka.bootstrapServers(), refusing);
        BatchFeed feed = feed(new RunId("refused"), PATIENT)) {
      // When
      var thrown = assertThatThrownBy(() -> feed.describe(DATA, 1));

      // Then
      thrown.isInstanceOf(RequestRefusedException.class).hasMessage("manifest.train: no such file");
      assertThat(dataPrep.batchRequests()).isEmpty();
    }
  }

  @Test
  void aRefusedBatchFailsTheWaitForItAfterTheOnesBefore() throws Exception {
    // Given
    DataPrepDouble.Behaviour refusing =
        (request, asked, replies) -> {
          if (request instanceof FeatureRequest.Batch batch && batch.batch() == 1) {
            replies.refuse(request, "manifest.train has changed");
          } else {
            NumberedBatches.answer(request, replies);
          }
        };
    try (DataPrepDouble dataPrep = new DataPrepDouble(kafka.bootstrapServers(), refusing);
        BatchFeed feed = feed(new RunId("refused-batch"), PATIENT)) {
      feed.open(DATA, feed.describe(DATA, 1), BatchPosition.START, Prefetch.fixed(1));

      // When
      FeatureBatch first = feed.next();
      var thrown = assertThatThrownBy(feed::next);

      // Then
      assertThat(first.key().batch()).isZero();
      thrown.isInstanceOf(RequestRefusedException.class).hasMessage("manifest.train has changed");
      assertThat(dataPrep.batchRequests()).hasSize(2);
    }
  }

  @Test
  void aMissingDataPrepIsReportedInOneLineWhenPatienceEnds() throws Exception {
    // Given
    FeedSettings brief =
        new FeedSettings(
            IMPATIENT.batchRetry(),
            IMPATIENT.dataSetRetry(),
            Duration.ofSeconds(1),
            IMPATIENT.waitingInterval());
    try (BatchFeed feed = feed(new RunId("nobody"), brief)) {
      // When
      var thrown = assertThatThrownBy(() -> feed.describe(DATA, 1));

      // Then
      thrown
          .isInstanceOf(NoAnswerException.class)
          .hasMessage(
              "data-prep: no answer about manifest.train within 1 s; is a data-prep service"
                  + " running?");
    }
  }

  @Test
  void closingEndsAWaitForABatchAndAWaitForADescription() throws Exception {
    // Given
    RunId described = new RunId("closed-batch");
    DataPrepDouble.Behaviour describingOne =
        (request, asked, replies) -> {
          if (request instanceof FeatureRequest.Description && request.run().equals(described)) {
            NumberedBatches.answer(request, replies);
          }
        };
    try (DataPrepDouble dataPrep = new DataPrepDouble(kafka.bootstrapServers(), describingOne);
        BatchFeed opened = feed(described, PATIENT);
        BatchFeed undescribed = feed(new RunId("closed-description"), PATIENT)) {
      opened.open(DATA, opened.describe(DATA, 1), BatchPosition.START, Prefetch.fixed(1));
      CompletableFuture<Throwable> next = waitOf(opened::next);
      CompletableFuture<Throwable> description = waitOf(() -> undescribed.describe(DATA, 1));

      // When
      Thread closer = closerOf(opened, undescribed);
      closer.start();

      // Then
      assertThat(next.get(30, TimeUnit.SECONDS)).isInstanceOf(FeedClosedException.class);
      assertThat(description.get(30, TimeUnit.SECONDS)).isInstanceOf(FeedClosedException.class);
      closer.join();
      assertThat(dataPrep.batchRequests()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void aKeptTopicIsReadAgainWithoutAskingForWhatItHolds() throws Exception {
    // Given
    RunId run = new RunId("kept");
    DataSetDescription description;
    List<FeatureBatch> second;
    List<FeatureRequest.Batch> asked;
    try (DataPrepDouble dataPrep =
            new DataPrepDouble(kafka.bootstrapServers(), NumberedBatches.prompt());
        BatchFeed feed = feed(run, PATIENT)) {
      description = feed.describe(DATA, 1);
      feed.openForRereading(DATA, description, BatchPosition.START, AFTER_LAST, 2);
      feed.next();
      feed.next();

      // When
      feed.openForRereading(DATA, description, BatchPosition.START, AFTER_LAST, 3);
      second = drain(feed);
      asked = dataPrep.batchRequests();
    }
    List<FeatureBatch> third;
    try (BatchFeed withoutDataPrep = feed(run, PATIENT)) {
      withoutDataPrep.openForRereading(DATA, description, BatchPosition.START, AFTER_LAST, 1);
      third = drain(withoutDataPrep);
    }

    // Then
    assertThat(positions(second)).hasSize(4).isSorted();
    assertThat(positions(third)).hasSize(4).isSorted();
    assertThat(third).allSatisfy(BatchFeedIT::isWholeAndUnchanged);
    // 2 and 3 may have been asked for, and not yet answered, when the topic was opened again.
    assertThat(asked).extracting(FeatureRequest.Batch::batch).containsOnlyOnce(0, 1);
  }

  @Test
  void aRangeOfBatchesIsReadWithoutThoseBesideIt() throws Exception {
    // Given
    RunId run = new RunId("range");
    try (DataPrepDouble dataPrep =
            new DataPrepDouble(kafka.bootstrapServers(), NumberedBatches.prompt());
        BatchFeed feed = feed(run, PATIENT)) {
      DataSetDescription description = feed.describe(DATA, 1);

      // When
      feed.openForRereading(DATA, description, new BatchPosition(1, 1), new BatchPosition(1, 3), 4);
      List<FeatureBatch> range = drain(feed);

      // Then
      assertThat(positions(range))
          .containsExactly(new BatchPosition(1, 1), new BatchPosition(1, 2));
      assertThat(dataPrep.batchRequests())
          .extracting(FeatureRequest.Batch::batch)
          .containsExactly(1, 2);
    }
  }

  @Test
  void whatTrainingHasUsedIsDeletedByItself() throws Exception {
    // Given
    RunId run = new RunId("trimmed-by-itself");
    try (DataPrepDouble dataPrep =
            new DataPrepDouble(kafka.bootstrapServers(), NumberedBatches.prompt());
        BatchFeed feed =
            new BatchFeed(
                broker,
                "/test",
                run,
                Split.TRAIN,
                PATIENT,
                waiting::add,
                Tracing.off(),
                3L * 1024 * 1024)) {
      feed.open(DATA, feed.describe(DATA, 6), BatchPosition.START, Prefetch.fixed(2));

      // When
      List<FeatureBatch> batches = drain(feed);

      // Then
      assertThat(positions(batches)).hasSize(24).isSorted();
      assertThat(dataPrep.batchRequests()).hasSize(24);
      awaitBeginning(run, end(run) / 2);
    }
  }

  @Test
  void aTopicThatIsDeletedMeanwhileIsCreatedAgainAndItsBatchesAreRequestedAgain() throws Exception {
    // Given
    RunId run = new RunId("deleted");
    try (DataPrepDouble dataPrep =
            new DataPrepDouble(kafka.bootstrapServers(), NumberedBatches.prompt());
        BatchFeed feed = feed(run, IMPATIENT)) {
      feed.open(DATA, feed.describe(DATA, 4), BatchPosition.START, Prefetch.fixed(2));
      List<FeatureBatch> batches = new ArrayList<>(List.of(feed.next(), feed.next()));

      // When
      topics.deleteFeatures(run, Split.TRAIN);
      batches.addAll(drain(feed));

      // Then
      assertThat(positions(batches)).hasSize(16).isSorted();
      assertThat(batches).allSatisfy(BatchFeedIT::isWholeAndUnchanged);
      assertThat(dataPrep.batchRequests()).hasSizeGreaterThan(16);
    }
  }

  @Test
  void everyBatchComesHoweverTheTopicIsTrimmedUnderTheFeed() throws Exception {
    // Given
    RunId run = new RunId("trimmed");
    try (DataPrepDouble dataPrep =
            new DataPrepDouble(kafka.bootstrapServers(), NumberedBatches.prompt());
        BatchFeed feed = feed(run, IMPATIENT)) {
      feed.open(DATA, feed.describe(DATA, 4), BatchPosition.START, Prefetch.fixed(4));
      List<FeatureBatch> batches = new ArrayList<>();

      // When
      for (int taken = 0; taken < 8; taken++) {
        batches.add(feed.next());
        trim(run);
      }
      batches.addAll(drain(feed));

      // Then
      assertThat(positions(batches)).hasSize(16).isSorted();
      assertThat(batches).allSatisfy(BatchFeedIT::isWholeAndUnchanged);
      assertThat(dataPrep.batchRequests()).hasSizeGreaterThanOrEqualTo(16);
    }
  }

  @Test
  void theFeedContinuesAfterTheBrokerWasAway() throws Exception {
    // Given
    RunId run = new RunId("restarted");
    try (DataPrepDouble dataPrep =
            new DataPrepDouble(kafka.bootstrapServers(), NumberedBatches.prompt());
        BatchFeed feed = feed(run, IMPATIENT)) {
      feed.open(DATA, feed.describe(DATA, 5), BatchPosition.START, Prefetch.fixed(2));
      List<FeatureBatch> batches = new ArrayList<>(List.of(feed.next(), feed.next()));

      // When
      int port = kafka.port();
      kafka.close();
      kafka = EmbeddedKafka.start(directory, port);
      batches.addAll(drain(feed));

      // Then
      assertThat(positions(batches)).hasSize(20).isSorted();
      assertThat(batches).allSatisfy(BatchFeedIT::isWholeAndUnchanged);
      assertThat(dataPrep.batchRequests()).hasSizeGreaterThanOrEqualTo(20);
    }
  }

  private BatchFeed feed(RunId run, FeedSettings settings) {
    return new BatchFeed(broker, "/test", run, Split.TRAIN, settings, waiting::add, Tracing.off());
  }

  private static List<FeatureBatch> drain(BatchFeed feed) throws InterruptedException {
    List<FeatureBatch> batches = new ArrayList<>();
    while (feed.hasNext()) {
      batches.add(feed.next());
    }
    return batches;
  }

  private static List<BatchPosition> positions(List<FeatureBatch> batches) {
    return batches.stream()
        .map(batch -> new BatchPosition(batch.key().epoch(), batch.key().batch()))
        .toList();
  }

  private static void isWholeAndUnchanged(FeatureBatch batch) {
    FeatureBatch expected = NumberedBatches.batch(batch.key());
    assertThat(batch.features()).isEqualTo(expected.features());
    assertThat(batch.frames()).isEqualTo(expected.frames());
    assertThat(batch.labels()).isEqualTo(expected.labels());
    assertThat(batch.utterances()).isEqualTo(expected.utterances());
    assertThat(batch.texts()).isEqualTo(expected.texts());
  }

  private static List<FeatureReply> partsBackwards(FeatureRequest.Batch request) {
    List<FeatureReply> parts = new ArrayList<>();
    for (FeatureBatchPart part : NumberedBatches.parts(request)) {
      parts.add(0, FeatureReply.part("key", part));
    }
    return parts;
  }

  private static CompletableFuture<Throwable> waitOf(Wait wait) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            wait.run();
            return null;
          } catch (Exception e) {
            return e;
          }
        });
  }

  @SuppressWarnings("try") // close() of a resource by another thread is what is tested.
  private static Thread closerOf(BatchFeed one, BatchFeed other) {
    return new Thread(
        () -> {
          one.close();
          other.close();
        });
  }

  /** Returns when the oldest record has that offset or a higher one. */
  private void awaitBeginning(RunId run, long offset) throws Exception {
    while (offset(run, OffsetSpec.earliest()) < offset) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private long end(RunId run) throws Exception {
    return offset(run, OffsetSpec.latest());
  }

  /** Removes all that the topic of the run holds. */
  private void trim(RunId run) throws Exception {
    TopicPartition partition = new TopicPartition(Topics.featuresName(run, Split.TRAIN), 0);
    try (Admin admin = Admin.create(broker.client(Map.of()))) {
      admin
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private long offset(RunId run, OffsetSpec spec) throws ExecutionException, InterruptedException {
    TopicPartition partition = new TopicPartition(Topics.featuresName(run, Split.TRAIN), 0);
    try (Admin admin = Admin.create(broker.client(Map.of()))) {
      return admin.listOffsets(Map.of(partition, spec)).all().get().get(partition).offset();
    }
  }

  private interface Wait {
    void run() throws Exception;
  }
}
