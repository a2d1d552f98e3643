package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.messages.Json;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.tensor.Safetensors;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.topic.Topics;
import deepspeech.runtime.metrics.MetricNames;
import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.encoding.BatchFunction;
import deepspeech.speech.storage.DatasetRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two replicas of the packaged service share the requests of an embedded broker. The last test
 * kills one of them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("integration")
class DataPrepServiceIT {
  private static final int EPOCHS = 2;

  @TempDir private static Path folder;
  private static EmbeddedKafka broker;
  private static EventPublisher publisher;
  private static TopicSetup topics;
  private static DataPrepProcess first;
  private static DataPrepProcess second;
  private static Corpus corpus;
  private static ExecutorService decoder;
  private static int requests;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    BrokerConfiguration configuration = BrokerConfiguration.of(broker.bootstrapServers());
    publisher = new EventPublisher(configuration, "/test");
    topics = new TopicSetup(configuration);
    decoder = Executors.newSingleThreadExecutor();
    corpus =
        Corpus.in(Files.createDirectories(folder.resolve("data")))
            .utterances(30)
            .line("not json")
            .audio("wav/broken.wav", new byte[50], 0.5, "ab");
    Map<String, String> environment =
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS",
            broker.bootstrapServers(),
            "DEEPSPEECH_DATASET_ROOT",
            corpus.root().toString());
    Map<String, String> large = new HashMap<>(environment);
    large.put("DEEPSPEECH_DATA_PREP_THREADS", "3");
    Map<String, String> named = new HashMap<>(environment);
    named.put("DEEPSPEECH_DATA_PREP_THREADS", "1");
    named.put("DEEPSPEECH_DATA_PREP_INSTANCE_ID", "data-prep-2");
    first = DataPrepProcess.start(folder, "first", large).ready();
    second = DataPrepProcess.start(folder, "second", named).ready();
    awaitSharedPartitions();
  }

  /**
   * A request may be answered twice while the replicas divide the partitions among them. The larger
   * one gets three times as many.
   */
  private static void awaitSharedPartitions() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      for (int check = 0; check < 300; check++) {
        List<Integer> shares =
            admin
                .describeConsumerGroups(List.of("data-prep"))
                .describedGroups()
                .get("data-prep")
                .get()
                .members()
                .stream()
                .map(member -> member.assignment().topicPartitions().size())
                .sorted()
                .toList();
        if (shares.equals(List.of(4, 12))) {
          return;
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
      throw new AssertionError("the replicas do not share the partitions");
    }
  }

  @AfterAll
  static void end() {
    for (DataPrepProcess service : new DataPrepProcess[] {first, second}) {
      if (service != null) {
        service.close();
      }
    }
    decoder.shutdownNow();
    publisher.close();
    topics.close();
    broker.close();
  }

  @Test
  @Order(1)
  void twoReplicasShareTheRequestsAndGiveTheBytesOfTheBatchFunction() throws Exception {
    // Given
    RunId run = new RunId("shared");
    topics.ensureFeatures(run, Split.TRAIN);
    DataSpecification specification = corpus.specification(4, "batch_shuffle_clipped");
    DataSet expected =
        new DataSets(new DatasetRoot(corpus.root())).open(Split.TRAIN, specification);
    BatchFunction function = new BatchFunction(new DatasetRoot(corpus.root()), decoder);
    try (ReplyReader replies = new ReplyReader(broker.bootstrapServers(), topic(run))) {
      // When
      DataSetDescription description = describe(run, specification, replies);
      int wanted = 1;
      for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        for (int batch = 0; batch < description.batches()[epoch - 1]; batch++) {
          ask(batchRequest(run, specification, description.fingerprint(), epoch, batch));
          ask(batchRequest(run, specification, description.fingerprint(), epoch, batch));
          wanted += 2;
        }
      }
      int count = wanted;
      List<ReplyReader.Received> records = replies.until(r -> r.size() == count);
      // Then
      assertThat(description.utterances()).isEqualTo(31);
      assertThat(description.skipped()).isEqualTo(Map.of(SkipReason.MALFORMED_LINE, 1));
      for (ReplyReader.Received record : records.subList(1, records.size())) {
        var key = FeatureBatchCodec.key(record.headers());
        FeatureBatchPart local =
            FeatureBatchCodec.encode(function.batch(expected, run, key.epoch(), key.batch()))
                .get(0);
        assertThat(record.key()).isEqualTo(key.recordKey());
        assertThat(record.body()).isEqualTo(local.body());
        assertThat(record.headers()).isEqualTo(local.headers());
      }
      assertThat(first.answered()).isPositive();
      assertThat(second.answered()).isPositive();
      assertThat(first.answered() + second.answered()).isEqualTo(count);
    }
  }

  @Test
  @Order(2)
  void aSecondRunWithTheSameDataReusesTheFeatures() throws Exception {
    // Given
    DataSpecification specification = corpus.specification(5, "batch_shuffle");
    List<Map<Integer, List<byte[]>>> made = new ArrayList<>();
    List<Double> computed = new ArrayList<>();
    // When
    for (String name : List.of("same-1", "same-2")) {
      RunId run = new RunId(name);
      topics.ensureFeatures(run, Split.TRAIN);
      try (ReplyReader replies = new ReplyReader(broker.bootstrapServers(), topic(run))) {
        DataSetDescription description = describe(run, specification, replies);
        int batches = description.batches()[0];
        for (int batch = 0; batch < batches; batch++) {
          // As the feed does: the batch decides on the partition.
          send(batch, batchRequest(run, specification, description.fingerprint(), 1, batch));
        }
        Map<Integer, List<byte[]>> bodies = new HashMap<>();
        replies.until(records -> records.size() == 1 + batches).stream()
            .skip(1)
            .forEach(
                record ->
                    bodies
                        .computeIfAbsent(
                            FeatureBatchCodec.key(record.headers()).batch(), b -> new ArrayList<>())
                        .add(record.body()));
        made.add(bodies);
      }
      computed.add(first.features("computed") + second.features("computed"));
    }
    // Then
    assertThat(made.get(1)).usingRecursiveComparison().isEqualTo(made.get(0));
    // A damaged file has no features that could be kept.
    assertThat(computed.get(1) - computed.get(0)).isEqualTo(1);
    assertThat(first.features("reused") + second.features("reused")).isGreaterThanOrEqualTo(30);
  }

  @Test
  @Order(2)
  void everyUnusableUtteranceIsADeadLetterWithAnIdThatSaysWhich() {
    // Given
    try (ReplyReader reader = new ReplyReader(broker.bootstrapServers(), Topics.DEAD_LETTERS)) {
      // When
      List<ReplyReader.Received> letters =
          reader.until(
              records ->
                  ids(records).contains("utterance/shared/train/31")
                      && ids(records).contains("utterance/shared/train/32"));
      // Then
      DeadLetter letter =
          letters.stream()
              .filter(record -> id(record).equals("utterance/shared/train/32"))
              .map(record -> Json.read(record.body(), DeadLetter.class))
              .findFirst()
              .orElseThrow();
      assertThat(letter.kind()).isEqualTo(DeadLetter.UTTERANCE);
      assertThat(letter.subject()).isEqualTo("wav/broken.wav");
      assertThat(letter.utterance()).isEqualTo(32);
      assertThat(letter.detail())
          .isEqualTo("wav/broken.wav: the file has nothing but tags or zeros");
    }
  }

  @Test
  @Order(3)
  void aDataSetThatCannotBeUsedIsRefusedInOneLine() throws Exception {
    // Given
    RunId run = new RunId("refused");
    topics.ensureFeatures(run, Split.TRAIN);
    corpus.file("set/no-blank.txt", "a\nb\n");
    DataSpecification specification =
        new DataSpecification(
            new DataFiles(Corpus.MANIFEST, "set/no-blank.txt", Corpus.MEAN_STD),
            new DurationLimits(0, 20),
            new Batching(4, "batch_shuffle"),
            TextRules.DEFAULT,
            1);
    try (ReplyReader replies = new ReplyReader(broker.bootstrapServers(), topic(run))) {
      // When
      ask(new FeatureRequest.Description("q1", run, Split.TRAIN, specification, 1, topic(run)));
      RequestRefused refused =
          Json.read(replies.until(r -> r.size() == 1).get(0).body(), RequestRefused.class);
      // Then
      assertThat(refused.requestId()).isEqualTo("q1");
      assertThat(refused.reason())
          .endsWith("no-blank.txt line 1: the token is 'a'; the first one must be <blank>");
    }
  }

  @Test
  @Order(4)
  void requestsOfARunThatEndedAndUnreadableOnesHoldNothingUp() throws Exception {
    // Given
    RunId gone = new RunId("gone");
    RunId run = new RunId("alive");
    topics.ensureFeatures(run, Split.TRAIN);
    DataSpecification specification = corpus.specification(4, "batch_shuffle");
    try (ReplyReader replies = new ReplyReader(broker.bootstrapServers(), topic(run));
        ReplyReader letters = new ReplyReader(broker.bootstrapServers(), Topics.DEAD_LETTERS)) {
      DataSetDescription description = describe(run, specification, replies);
      // When
      for (int partition = 0; partition < Topics.BATCH_REQUEST_PARTITIONS; partition++) {
        send(partition, batchRequest(gone, specification, description.fingerprint(), 1, 0));
        send(partition, Map.of("request", "nonsense", "partition", partition));
        send(partition, batchRequest(run, specification, description.fingerprint(), 1, 0));
      }
      // Then
      assertThat(replies.until(r -> r.size() >= 1 + Topics.BATCH_REQUEST_PARTITIONS)).isNotEmpty();
      assertThat(
              letters.until(
                  records ->
                      ids(records).stream()
                              .filter(id -> id.startsWith("request/"))
                              .distinct()
                              .count()
                          == Topics.BATCH_REQUEST_PARTITIONS))
          .filteredOn(record -> id(record).startsWith("request/"))
          .allSatisfy(
              record -> {
                DeadLetter letter = Json.read(record.body(), DeadLetter.class);
                assertThat(letter.kind()).isEqualTo(DeadLetter.BATCH_REQUEST);
                assertThat(letter.original()).contains("nonsense");
                assertThat(letter.subject()).startsWith(Topics.BATCH_REQUESTS + "/");
              });
      assertThat(first.output() + second.output())
          .contains("dropped: topic deepspeech.features.gone.train does not exist any more");
    }
  }

  @Test
  @Order(5)
  void aFileThatChangesDuringTheRunIsNamedInTheAnswer() throws Exception {
    // Given
    RunId run = new RunId("changed");
    topics.ensureFeatures(run, Split.TRAIN);
    Corpus own = Corpus.in(Files.createDirectories(corpus.root().resolve("own"))).utterances(5);
    DataSpecification specification = specification("own/", null);
    try (ReplyReader replies = new ReplyReader(broker.bootstrapServers(), topic(run))) {
      DataSetDescription description = describe(run, specification, replies);
      // When
      own.file(Corpus.VOCABULARY, "<blank>\na\n");
      ask(batchRequest(run, specification, description.fingerprint(), 1, 1));
      RequestRefused refused =
          Json.read(replies.until(r -> r.size() == 2).get(1).body(), RequestRefused.class);
      // Then
      assertThat(refused.fingerprint()).isEqualTo(description.fingerprint());
      assertThat(refused.epoch()).isEqualTo(1);
      assertThat(refused.batch()).isEqualTo(1);
      assertThat(refused.reason())
          .contains("own/set/vocab.txt")
          .contains("has changed since the data set was described");
    }
  }

  @Test
  @Order(6)
  void healthAndMetricsAreServed() throws Exception {
    // Given
    String path = "/q/health";
    // When
    var health = first.get(path);
    var metrics = first.get("/q/metrics");
    // Then
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).contains("\"UP\"", "\"broker\"", "\"store\"").doesNotContain("DOWN");
    MetricNames listed = MetricNames.listed(Files.readString(Path.of("metrics.txt"))).own();
    MetricNames exposed = MetricNames.exposed(metrics.body());
    assertThat(listed.missingIn(exposed)).isEmpty();
    assertThat(exposed.own().missingIn(listed)).isEmpty();
    // The replica that publishes an utterance counts it.
    assertThat(metrics.body() + second.get("/q/metrics").body())
        .contains("deepspeech_dataprep_left_out_total{reason=\"malformed_line\",split=\"train\"");
  }

  @Test
  @Order(7)
  void augmentationIsTheSameInEveryAnswerAnotherInEveryEpochAndNeverInATest() throws Exception {
    // Given
    Corpus own =
        Corpus.in(Files.createDirectories(corpus.root().resolve("augmented"))).utterances(9);
    own.file(
        "augmentation.json",
        """
        [{"type": "noise", "prob": 1, "params":
           {"min_snr_dB": 10, "max_snr_dB": 30, "noise_manifest_path": "augmented/noise"}},
         {"type": "speed", "prob": 1, "params": {"min_speed_rate": 0.9, "max_speed_rate": 1.1}},
         {"type": "specaug", "prob": 1, "params":
           {"F": 20, "T": 10, "n_freq_masks": 1, "n_time_masks": 1, "W": 0}}]
        """);
    own.file("noise", "{\"audio_filepath\": \"set/wav/good-0.wav\"}\n");
    DataSpecification augmented = specification("augmented/", "augmented/augmentation.json");
    DataSpecification plain = specification("augmented/", null);
    // When
    var twice = askTwice(new RunId("augmented"), Split.TRAIN, augmented);
    var asTest = askTwice(new RunId("augmented"), Split.TEST, augmented);
    var without = askTwice(new RunId("plain"), Split.TRAIN, plain);
    // Then
    assertThat(twice.values())
        .hasSizeGreaterThanOrEqualTo(2 * EPOCHS)
        .allSatisfy(answers -> assertThat(answers.get(0)).isEqualTo(answers.get(1)));
    Map<Long, short[]> plainFeatures = features(without, 1);
    Map<Long, short[]> firstEpoch = features(twice, 1);
    Map<Long, short[]> secondEpoch = features(twice, 2);
    Map<Long, short[]> firstTest = features(asTest, 1);
    Map<Long, short[]> secondTest = features(asTest, 2);
    assertThat(plainFeatures).hasSize(9);
    assertThat(plainFeatures)
        .allSatisfy(
            (line, features) -> {
              assertThat(firstEpoch.get(line)).isNotEmpty().isNotEqualTo(features);
              assertThat(secondEpoch.get(line))
                  .isNotEmpty()
                  .isNotEqualTo(features)
                  .isNotEqualTo(firstEpoch.get(line));
              assertThat(firstTest.get(line)).isEqualTo(features);
              assertThat(secondTest.get(line)).isEqualTo(features);
            });
  }

  @Test
  @Order(7)
  void aTestUtteranceOfAMinuteComesThroughABrokerOfTheDefaultLimits() throws Exception {
    // Given
    Corpus own = Corpus.in(Files.createDirectories(corpus.root().resolve("long")));
    own.utterance("wav/short.wav", 1, "ab").utterance("wav/long.wav", 60, "ab c a");
    own.utterance("wav/too-long.wav", 60.5, "a");
    RunId run = new RunId("long");
    topics.ensureFeatures(run, Split.TEST);
    String topic = Topics.featuresName(run, Split.TEST);
    DataSpecification specification =
        new DataSpecification(
            new DataFiles(
                "long/" + Corpus.MANIFEST, "long/" + Corpus.VOCABULARY, "long/" + Corpus.MEAN_STD),
            new DurationLimits(0, 60),
            new Batching(4, "batch_shuffle"),
            TextRules.DEFAULT,
            1);
    try (ReplyReader replies = new ReplyReader(broker.bootstrapServers(), topic)) {
      DataSetDescription description = describe(run, Split.TEST, specification, replies);
      // When
      ask(
          new FeatureRequest.Batch(
              run, Split.TEST, specification, description.fingerprint(), 1, 0, topic));
      List<ReplyReader.Received> records =
          replies.until(
              all ->
                  all.size() > 1
                      && all.size() == 1 + FeatureBatchCodec.parts(all.get(1).headers()));
      // Then
      FeatureBatch batch =
          FeatureBatchCodec.decode(
              records.subList(1, records.size()).stream()
                  .map(record -> new FeatureBatchPart(record.headers(), record.body()))
                  .toList());
      assertThat(records).hasSizeGreaterThan(2);
      assertThat(batch.frames()).containsExactly(5999, 99);
      assertThat(description.skipped()).isEqualTo(Map.of(SkipReason.TOO_LONG, 1));
    }
  }

  @Test
  @Order(8)
  void theOtherReplicaTakesOverFromOneThatIsKilled() throws Exception {
    // Given
    RunId run = new RunId("killed");
    topics.ensureFeatures(run, Split.TRAIN);
    DataSpecification specification = corpus.specification(4, "batch_shuffle");
    try (ReplyReader replies = new ReplyReader(broker.bootstrapServers(), topic(run))) {
      DataSetDescription description = describe(run, specification, replies);
      // When
      first.kill();
      for (int partition = 0; partition < Topics.BATCH_REQUEST_PARTITIONS; partition++) {
        send(partition, batchRequest(run, specification, description.fingerprint(), 1, 0));
      }
      // The description is answered again if the killed replica had not yet said that it is done.
      List<byte[]> bodies =
          bodies(
              replies.until(records -> bodies(records).size() >= Topics.BATCH_REQUEST_PARTITIONS));
      // Then
      assertThat(bodies).allSatisfy(body -> assertThat(body).isEqualTo(bodies.get(0)));
    }
  }

  @Test
  @Order(9)
  void withoutABrokerTheServiceEndsWithOneLine(@TempDir Path output) throws Exception {
    // Given
    Map<String, String> environment =
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "localhost:1",
            "DEEPSPEECH_DATASET_ROOT", corpus.root().toString(),
            "DEEPSPEECH_BROKER_WAIT_SECONDS", "1");
    // When
    try (DataPrepProcess service = DataPrepProcess.start(output, "alone", environment)) {
      // Then
      assertThat(service.exitCode()).isEqualTo(2);
      assertThat(service.output().strip())
          .startsWith("data-prep-service: broker localhost:1: not reachable within 1 s")
          .hasLineCount(1);
    }
  }

  @Test
  @Order(9)
  void underALocaleThatCannotNameEveryFileTheServiceReportsThatInOneLine(@TempDir Path output)
      throws Exception {
    // Given
    Map<String, String> environment =
        Map.of(
            "LC_ALL", "C",
            "KAFKA_BOOTSTRAP_SERVERS", "localhost:1",
            "DEEPSPEECH_DATASET_ROOT", corpus.root().toString(),
            "DEEPSPEECH_BROKER_WAIT_SECONDS", "1");
    // When
    try (DataPrepProcess service = DataPrepProcess.start(output, "ascii", environment)) {
      // Then
      assertThat(service.exitCode()).isEqualTo(2);
      assertThat(service.output().lines().toList())
          .hasSize(2)
          .first()
          .asString()
          .startsWith("data-prep-service: file names use the locale's encoding, ")
          .endsWith("start with LC_ALL=C.UTF-8");
    }
  }

  /** Of a corpus in a folder of the root. */
  private static DataSpecification specification(String corpusFolder, String augmentation) {
    return new DataSpecification(
        new DataFiles(
            corpusFolder + Corpus.MANIFEST,
            corpusFolder + Corpus.VOCABULARY,
            corpusFolder + Corpus.MEAN_STD,
            augmentation),
        new DurationLimits(0, 20),
        new Batching(4, "batch_shuffle"),
        TextRules.DEFAULT,
        1);
  }

  /** Both answers for each batch of each epoch; a batch is one part. */
  private static Map<BatchKey, List<byte[]>> askTwice(
      RunId run, Split split, DataSpecification specification) throws Exception {
    topics.ensureFeatures(run, split);
    String topic = Topics.featuresName(run, split);
    Map<BatchKey, List<byte[]>> answers = new HashMap<>();
    try (ReplyReader replies = new ReplyReader(broker.bootstrapServers(), topic)) {
      DataSetDescription description = describe(run, split, specification, replies);
      int wanted = 1;
      for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        for (int batch = 0; batch < description.batches()[epoch - 1]; batch++) {
          String fingerprint = description.fingerprint();
          for (int time = 0; time < 2; time++) {
            ask(
                new FeatureRequest.Batch(
                    run, split, specification, fingerprint, epoch, batch, topic));
            wanted++;
          }
        }
      }
      int count = wanted;
      List<ReplyReader.Received> records = replies.until(all -> all.size() == count);
      for (ReplyReader.Received record : records.subList(1, count)) {
        assertThat(FeatureBatchCodec.parts(record.headers())).isEqualTo(1);
        answers
            .computeIfAbsent(FeatureBatchCodec.key(record.headers()), key -> new ArrayList<>())
            .add(record.body());
      }
    }
    return answers;
  }

  /** The features of each utterance of an epoch, by its line. */
  private static Map<Long, short[]> features(Map<BatchKey, List<byte[]>> answers, int epoch) {
    Map<Long, short[]> features = new HashMap<>();
    answers.forEach(
        (key, bodies) -> {
          if (key.epoch() == epoch) {
            Map<String, Tensor> body = Safetensors.read(bodies.get(0));
            short[] all = body.get("features").toShorts();
            int[] frames = body.get("frames").toInts();
            long[] lines = body.get("utterances").toLongs();
            int from = 0;
            for (int i = 0; i < lines.length; i++) {
              int to = from + frames[i] * FeatureBatch.BINS;
              features.put(lines[i], Arrays.copyOfRange(all, from, to));
              from = to;
            }
          }
        });
    return features;
  }

  private static DataSetDescription describe(
      RunId run, DataSpecification specification, ReplyReader replies) {
    return describe(run, Split.TRAIN, specification, replies);
  }

  private static DataSetDescription describe(
      RunId run, Split split, DataSpecification specification, ReplyReader replies) {
    String topic = Topics.featuresName(run, split);
    ask(new FeatureRequest.Description("q", run, split, specification, EPOCHS, topic));
    ReplyReader.Received reply = replies.until(records -> records.size() == 1).get(0);
    assertThat(reply.headers())
        .containsEntry(FeatureHeaders.REPLY, FeatureHeaders.REPLY_DATA_SET)
        .containsEntry(FeatureHeaders.RUN, run.toString());
    return Json.read(reply.body(), DataSetDescription.class);
  }

  private static FeatureRequest batchRequest(
      RunId run, DataSpecification specification, String fingerprint, int epoch, int batch) {
    return new FeatureRequest.Batch(
        run,
        Split.TRAIN,
        specification,
        fingerprint,
        epoch,
        batch,
        Topics.featuresName(run, Split.TRAIN));
  }

  private static void ask(FeatureRequest request) {
    send(requests++ % Topics.BATCH_REQUEST_PARTITIONS, request);
  }

  private static void send(int partition, Object request) {
    publisher
        .send(
            Topics.BATCH_REQUESTS,
            partition,
            "test",
            CloudEvent.of("test", "/test", Instant.now()),
            request)
        .join();
  }

  private static String topic(RunId run) {
    return Topics.featuresName(run, Split.TRAIN);
  }

  /** Of the batches among the answers. */
  private static List<byte[]> bodies(List<ReplyReader.Received> records) {
    return records.stream()
        .filter(
            record ->
                record
                    .headers()
                    .getOrDefault(FeatureHeaders.REPLY, "")
                    .equals(FeatureHeaders.REPLY_BATCH))
        .map(ReplyReader.Received::body)
        .toList();
  }

  private static List<String> ids(List<ReplyReader.Received> records) {
    return records.stream().map(DataPrepServiceIT::id).toList();
  }

  private static String id(ReplyReader.Received record) {
    return record.headers().get("ce_id");
  }
}
