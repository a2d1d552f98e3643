package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.Json;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;
import deepspeech.speech.PlantedCorpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two epochs of a corpus with every kind of damage, asked of the packaged service through an
 * embedded broker: the first of one replica, the second of another one that is started when the
 * first has ended.
 */
@Tag("integration")
class PlantedCorpusIT {
  private static final int EPOCHS = 2;
  private static final int BATCH_SIZE = 4;
  private static final RunId RUN = new RunId("planted");

  @TempDir private static Path folder;
  private static EmbeddedKafka broker;
  private static EventPublisher publisher;
  private static TopicSetup topics;
  private static DataPrepProcess service;
  private static PlantedCorpus planted;
  private static DataSetDescription description;
  private static List<FeatureBatch> firstEpoch;
  private static List<FeatureBatch> secondEpoch;
  private static Map<String, Integer> publishedInFirstEpoch;
  private static Map<String, Integer> publishedInSecondEpoch;
  private static int requests;

  @BeforeAll
  static void askForTwoEpochs() throws Exception {
    broker = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    BrokerConfiguration configuration = BrokerConfiguration.of(broker.bootstrapServers());
    publisher = new EventPublisher(configuration, "/test");
    topics = new TopicSetup(configuration);
    planted = PlantedCorpus.in(Files.createDirectories(folder.resolve("data")));
    topics.ensureFeatures(RUN, Split.TRAIN);
    try (ReplyReader replies = new ReplyReader(broker.bootstrapServers(), topic(RUN))) {
      start("first");
      description = describe(RUN, EPOCHS, replies);
      firstEpoch = epoch(RUN, description, 1, replies);
      awaitDone();
      publishedInFirstEpoch = service.skipped(Split.TRAIN);
      service.close();
      start("second");
      secondEpoch = epoch(RUN, description, 2, replies);
      awaitDone();
      publishedInSecondEpoch = service.skipped(Split.TRAIN);
    }
  }

  @AfterAll
  static void end() {
    if (service != null) {
      service.close();
    }
    publisher.close();
    topics.close();
    broker.close();
  }

  @Test
  void everySoundUtteranceArrivesOnceAnEpoch() {
    // Given
    for (List<FeatureBatch> epoch : List.of(firstEpoch, secondEpoch)) {
      // When
      LongStream lines = epoch.stream().flatMapToLong(batch -> Arrays.stream(batch.utterances()));
      // Then
      assertThat(lines.boxed()).containsExactlyInAnyOrderElementsOf(planted.sound().keySet());
    }
  }

  @Test
  void everyDamageIsCountedUnderItsReasonInTheDescriptionOrInABatchOfEachEpoch() {
    // Given
    Map<SkipReason, Integer> inManifest = planted.countsInManifest();
    // When
    // Then
    assertThat(description.skipped()).isEqualTo(inManifest);
    for (List<FeatureBatch> epoch : List.of(firstEpoch, secondEpoch)) {
      List<SkippedUtterance> skipped =
          epoch.stream()
              .flatMap(batch -> batch.skipped().stream())
              .sorted(Comparator.comparingLong(SkippedUtterance::utterance))
              .toList();
      assertThat(skipped)
          .zipSatisfy(
              planted.planted().stream().filter(damage -> !damage.inManifest()).toList(),
              (found, damage) -> {
                assertThat(found.utterance()).isEqualTo(damage.line());
                assertThat(found.path()).isEqualTo(damage.path());
                assertThat(found.reason()).isEqualTo(damage.reason());
                assertThat(found.detail()).contains(damage.detail()).hasLineCount(1);
              });
    }
  }

  @Test
  void everyDamageIsOneDeadLetterOfTheRunWithPlaceAndReason() {
    // Given
    CloudEvent last = CloudEvent.of("test", "/test", Instant.now());
    publisher.send(Topics.DEAD_LETTERS, 0, "test", last, Map.of()).join();
    try (ReplyReader reader = new ReplyReader(broker.bootstrapServers(), Topics.DEAD_LETTERS)) {
      // When
      List<ReplyReader.Received> letters =
          reader
              .until(all -> all.stream().anyMatch(letter -> id(letter).equals(last.id())))
              .stream()
              .filter(letter -> letter.key().equals(RUN.toString()))
              .sorted(Comparator.comparingLong(letter -> read(letter).utterance()))
              .toList();
      // Then
      assertThat(letters)
          .zipSatisfy(
              planted.planted(),
              (record, damage) -> {
                DeadLetter letter = read(record);
                assertThat(id(record)).isEqualTo("utterance/planted/train/" + damage.line());
                assertThat(letter.kind()).isEqualTo(DeadLetter.UTTERANCE);
                assertThat(letter.run()).isEqualTo(RUN.toString());
                assertThat(letter.split()).isEqualTo("train");
                assertThat(letter.utterance()).isEqualTo(damage.line());
                assertThat(letter.subject()).isEqualTo(damage.path());
                assertThat(letter.reason()).isEqualTo(damage.reason().toString());
                assertThat(letter.detail()).contains(damage.detail()).hasLineCount(1);
              });
    }
  }

  @Test
  void theMetricsCountEveryDamageOnceARunAndNotAgainInAReplicaThatStartedLater() {
    // Given
    Map<String, Integer> expected = new TreeMap<>();
    planted.counts().forEach((reason, count) -> expected.put(reason.toString(), count));
    // When
    // Then
    assertThat(publishedInFirstEpoch).isEqualTo(expected);
    assertThat(publishedInSecondEpoch).isEmpty();
  }

  @Test
  void aStereoRecordingHasTheFeaturesOfTheMeanOfItsChannels() {
    // Given
    Map<String, short[]> features = new TreeMap<>();
    // When
    for (FeatureBatch batch : firstEpoch) {
      int from = 0;
      for (int i = 0; i < batch.size(); i++) {
        int to = from + batch.frames()[i] * FeatureBatch.BINS;
        features.put(
            planted.sound().get(batch.utterances()[i]),
            Arrays.copyOfRange(batch.features(), from, to));
        from = to;
      }
    }
    // Then
    assertThat(features.get(PlantedCorpus.STEREO))
        .isNotEmpty()
        .isEqualTo(features.get(PlantedCorpus.MEAN_OF_STEREO));
  }

  @Test
  void theHeapOfAReplicaIsAsLargeAfterManyEpochsAsAfterAFew() throws Exception {
    // Given
    int warm = 5;
    int epochs = 45;
    RunId run = new RunId("many-epochs");
    topics.ensureFeatures(run, Split.TRAIN);
    long unusableBytes = unusableBytes();
    try (ReplyReader replies = new ReplyReader(broker.bootstrapServers(), topic(run))) {
      DataSetDescription many = describe(run, epochs, replies);
      // When
      for (int epoch = 1; epoch <= warm; epoch++) {
        epoch(run, many, epoch, replies);
      }
      long before = service.liveHeapBytes();
      for (int epoch = warm + 1; epoch <= epochs; epoch++) {
        epoch(run, many, epoch, replies);
      }
      long after = service.liveHeapBytes();
      // Then
      // Each epoch reads the 2.4 MB of unusable recordings again.
      assertThat(after - before).isLessThan((epochs - warm) * unusableBytes / 10);
    }
  }

  private static long unusableBytes() {
    return planted.planted().stream()
        .filter(damage -> damage.path() != null && damage.path().startsWith("wav/"))
        .mapToLong(
            damage ->
                planted.corpus().root().resolve("set").resolve(damage.path()).toFile().length())
        .sum();
  }

  private static void start(String name) throws Exception {
    service =
        DataPrepProcess.start(
                folder,
                name,
                Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS",
                    broker.bootstrapServers(),
                    "DEEPSPEECH_DATASET_ROOT",
                    planted.corpus().root().toString()))
            .ready();
  }

  /** A request counts as done when its dead letters are published. */
  private static void awaitDone() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      for (int check = 0; check < 300; check++) {
        long done =
            admin
                .listConsumerGroupOffsets("data-prep")
                .partitionsToOffsetAndMetadata()
                .get()
                .values()
                .stream()
                .mapToLong(offset -> offset.offset())
                .sum();
        if (done == requests) {
          return;
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
      throw new AssertionError("the requests are not done");
    }
  }

  private static DataSetDescription describe(RunId run, int epochs, ReplyReader replies) {
    DataSpecification specification = planted.specification(BATCH_SIZE);
    ask(new FeatureRequest.Description("q", run, Split.TRAIN, specification, epochs, topic(run)));
    ReplyReader.Received reply = replies.until(records -> records.size() == 1).get(0);
    assertThat(reply.headers()).containsEntry(FeatureHeaders.REPLY, FeatureHeaders.REPLY_DATA_SET);
    return Json.read(reply.body(), DataSetDescription.class);
  }

  /** Every batch of an epoch; each is one part. */
  private static List<FeatureBatch> epoch(
      RunId run, DataSetDescription description, int epoch, ReplyReader replies) {
    int batches = description.batches()[epoch - 1];
    for (int batch = 0; batch < batches; batch++) {
      ask(
          new FeatureRequest.Batch(
              run,
              Split.TRAIN,
              planted.specification(BATCH_SIZE),
              description.fingerprint(),
              epoch,
              batch,
              topic(run)));
    }
    int answers = 1 + IntStream.range(0, epoch).map(i -> description.batches()[i]).sum();
    List<FeatureBatch> made = new ArrayList<>();
    List<ReplyReader.Received> records = replies.until(all -> all.size() >= answers);
    for (ReplyReader.Received record : records.subList(answers - batches, records.size())) {
      assertThat(record.headers()).containsEntry(FeatureHeaders.REPLY, FeatureHeaders.REPLY_BATCH);
      made.add(
          FeatureBatchCodec.decode(List.of(new FeatureBatchPart(record.headers(), record.body()))));
    }
    return made;
  }

  private static void ask(FeatureRequest request) {
    publisher
        .send(
            Topics.BATCH_REQUESTS,
            requests++ % Topics.BATCH_REQUEST_PARTITIONS,
            "test",
            CloudEvent.of("test", "/test", Instant.now()),
            request)
        .join();
  }

  private static String topic(RunId run) {
    return Topics.featuresName(run, Split.TRAIN);
  }

  private static DeadLetter read(ReplyReader.Received letter) {
    return Json.read(letter.body(), DeadLetter.class);
  }

  private static String id(ReplyReader.Received record) {
    return record.headers().get("ce_id");
  }
}
