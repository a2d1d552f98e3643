package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.checkpoint.BestPointer;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.evaluator.evaluation.TestData;
import deepspeech.evaluator.recognition.EchoModel;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.runtime.metrics.MetricNames;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.ServiceProcess;
import deepspeech.testing.server.TestBroker;
import deepspeech.testing.server.TestStore;
import deepspeech.testing.service.DataPrepDouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with a broker and a store; data-prep is played by the test. */
@TestInstance(Lifecycle.PER_CLASS)
@Tag("integration")
class EvaluatorServiceIT {
  private static final String BUCKET = "deepspeech";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path folder;

  private EmbeddedKafka kafka;
  private EmbeddedS3 s3;
  private BrokerConfiguration broker;
  private CheckpointStore store;
  private EventPublisher publisher;
  private DataPrepDouble dataPrep;
  private ServiceProcess service;

  @BeforeAll
  void start() throws Exception {
    kafka = TestBroker.start(folder.resolve("kafka"));
    s3 = TestStore.start(folder.resolve("s3"), BUCKET);
    broker = BrokerConfiguration.of(kafka.bootstrapServers());
    store =
        CheckpointStore.connect(
            new CheckpointStoreConfiguration(
                new ObjectStoreConfiguration(s3.endpoint(), s3.accessKey(), s3.secretKey(), null),
                BUCKET,
                null));
    publisher = new EventPublisher(broker, "/trainer-service");
    dataPrep = new DataPrepDouble(kafka.bootstrapServers(), new TestSetAnswers());
    service = start(environment());
    service.awaitReady();
  }

  @AfterAll
  void stop() throws Exception {
    service.close();
    dataPrep.close();
    publisher.close();
    store.close();
    s3.close();
    kafka.close();
  }

  @Test
  void aCheckpointGetsAnEvaluationMetricPointsAndBecomesTheBest() throws Exception {
    // Given
    RunId run = new RunId("first");

    // When
    publish(run, 1, "first-1");

    // Then
    Evaluation evaluation = evaluations(run, 1).get(0);
    assertThat(evaluation.checkpoint()).hasToString("epoch-0001");
    assertThat(evaluation.cer()).isCloseTo(TestData.CER, within(1e-12));
    assertThat(evaluation.wer()).isCloseTo(TestData.WER, within(1e-12));
    assertThat(evaluation.errors().utterances()).isEqualTo(3);
    assertThat(evaluation.errors().skipped()).isEqualTo(2);
    assertThat(evaluation.samples()).extracting("hypothesis").containsExactly("ab", "a b", "ab");
    assertThat(points(run, 2))
        .extracting(MetricPoint::name, MetricPoint::value, MetricPoint::step)
        .containsExactlyInAnyOrder(
            tuple(MetricName.TEST_CER, TestData.CER, 7L),
            tuple(MetricName.TEST_WER, TestData.WER, 7L));
    BestPointer best = store.best(run).orElseThrow();
    assertThat(best.checkpoint()).hasToString("epoch-0001");
    assertThat(best.cer()).isCloseTo(TestData.CER, within(1e-12));
    MetricNames listed = MetricNames.listed(Files.readString(Path.of("metrics.txt"))).own();
    MetricNames exposed = MetricNames.exposed(service.get("/q/metrics").body());
    assertThat(listed.missingIn(exposed)).isEmpty();
    assertThat(exposed.own().missingIn(listed)).isEmpty();
    assertThat(service.get("/q/health").body())
        .contains("\"broker\"", "\"store\"", "\"model\"", "\"evaluation\"")
        .doesNotContain("DOWN");
  }

  @Test
  void testFeaturesArePreparedOnceARunEvenIfTheServiceIsKilledInBetween() throws Exception {
    // Given
    RunId run = new RunId("once");
    publish(run, 1, "once-1");
    publish(run, 2, "once-2");
    evaluations(run, 2);

    // When
    service.kill();
    service = start(environment());
    service.awaitReady();
    publish(run, 3, "once-3");

    // Then
    assertThat(evaluations(run, 3))
        .extracting(evaluation -> evaluation.checkpoint().toString())
        .containsExactly("epoch-0001", "epoch-0002", "epoch-0003");
    assertThat(dataPrep.batchesAskedFor(run)).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void anEventThatIsDeliveredTwiceGivesOneEvaluation() throws Exception {
    // Given
    RunId run = new RunId("twice");
    CheckpointCommitted event = publish(run, 1, "twice-1");

    // When
    publisher.publish(event, "twice-1");
    publish(run, 2, "twice-2");

    // Then
    assertThat(evaluations(run, 2))
        .extracting(evaluation -> evaluation.checkpoint().toString())
        .containsExactly("epoch-0001", "epoch-0002");
    assertThat(
            received(Topics.EVALUATIONS, Evaluation.class, e -> e.run().equals(run), 2).stream()
                .map(e -> e.attributes().map(CloudEvent::id).orElseThrow()))
        .containsExactly("twice-1/evaluation", "twice-2/evaluation");
  }

  @Test
  void aDamagedAndAMissingCheckpointAreDeadLetteredAndTheNextIsEvaluated() throws Exception {
    // Given
    RunId run = new RunId("damaged");
    StoredCheckpoint damaged = store(run, 1);
    Path object = objectOnDisk("runs/damaged/checkpoints/epoch-0001/model.onnx");
    byte[] bytes = Files.readAllBytes(object);
    bytes[bytes.length / 2] ^= 1;
    Files.write(object, bytes);

    // When
    publisher.publish(event(run, 1, damaged), "damaged-1");
    publisher.publish(event(run, 2, damaged), "damaged-2");
    publish(run, 3, "damaged-3");

    // Then
    assertThat(evaluations(run, 1).get(0).checkpoint()).hasToString("epoch-0003");
    List<DeadLetter> letters =
        received(Topics.DEAD_LETTERS, DeadLetter.class, letter -> "damaged".equals(letter.run()), 2)
            .stream()
            .map(ReceivedEvent::body)
            .toList();
    assertThat(letters).extracting(DeadLetter::subject).containsExactly("epoch-0001", "epoch-0002");
    assertThat(letters.get(0).detail()).contains("epoch-0001", "model.onnx");
    assertThat(letters.get(1).detail()).contains("epoch-0002");
    assertThat(letters).allMatch(letter -> letter.kind().equals(DeadLetter.CHECKPOINT));
  }

  @Test
  void garbageInTheStoreStopsNoTestAndWhatCannotBeTestedIsNamed() throws Exception {
    // Given
    RunId run = new RunId("garbage");
    publish(run, 1, "garbage-1");
    evaluations(run, 1);
    StoredCheckpoint described = store(run, 2);
    StoredCheckpoint removed = store(run, 3);
    Files.writeString(objectOnDisk("runs/garbage/best.json"), "garbage");
    Files.writeString(
        objectOnDisk("runs/garbage/checkpoints/epoch-0002/checkpoint.json"), "garbage");
    Files.delete(objectOnDisk("runs/garbage/checkpoints/epoch-0003/model.onnx"));

    // When
    publisher.publish(event(run, 2, described), "garbage-2");
    publisher.publish(event(run, 3, removed), "garbage-3");
    publish(run, 4, "garbage-4");

    // Then
    assertThat(evaluations(run, 2).get(1).checkpoint()).hasToString("epoch-0004");
    assertThat(store.best(run).orElseThrow().checkpoint()).hasToString("epoch-0004");
    List<DeadLetter> letters =
        received(Topics.DEAD_LETTERS, DeadLetter.class, letter -> "garbage".equals(letter.run()), 2)
            .stream()
            .map(ReceivedEvent::body)
            .toList();
    assertThat(letters.get(0).detail())
        .startsWith("checkpoint epoch-0002 of run garbage is damaged: checkpoint.json: ");
    assertThat(letters.get(1).detail())
        .startsWith("checkpoint epoch-0003 of run garbage is damaged: model.onnx: ")
        .endsWith("found no such file");
    assertThat(letters).allMatch(letter -> letter.detail().lines().count() == 1);
    assertThat(logged()).doesNotContain("\tat ");
  }

  @Test
  void aTestWhoseBucketIsAwayIsReportedAsDelayedAndDoneWhenItIsBack() throws Exception {
    // Given
    RunId run = new RunId("delayed");
    StoredCheckpoint stored = store(run, 1);
    Path bucket = folder.resolve("s3/buckets").resolve(BUCKET);
    Path aside = folder.resolve("aside");
    Files.move(bucket, aside);

    // When
    publisher.publish(event(run, 1, stored), "delayed-1");
    DeadLetter letter;
    try {
      letter =
          received(Topics.DEAD_LETTERS, DeadLetter.class, found -> "delayed".equals(found.run()), 1)
              .get(0)
              .body();
      assertThat(service.get("/q/health/ready").body()).contains("has no bucket " + BUCKET);
    } finally {
      Files.deleteIfExists(bucket);
      Files.move(aside, bucket);
    }

    // Then
    assertThat(letter.kind()).isEqualTo(DeadLetter.DELAYED_TEST);
    assertThat(letter.subject()).isEqualTo("epoch-0001");
    assertThat(letter.detail())
        .endsWith("has no bucket " + BUCKET + ": create it, or name another");
    assertThat(evaluations(run, 1).get(0).checkpoint()).hasToString("epoch-0001");
    assertThat(logged()).doesNotContain("\tat ");
  }

  /**
   * What the service has logged, less Vert.x's stack traces of threads that a busy machine slows.
   */
  private String logged() throws Exception {
    return service.output().replaceAll("(?m)^.*BlockedThreadChecker.*\\R(\\tat .*\\R)+", "");
  }

  @Test
  void anUnreadableEventIsDeadLettered() throws Exception {
    // When
    publisher
        .send(
            Topics.CHECKPOINTS,
            null,
            "unreadable",
            CloudEvent.of("deepspeech.checkpoint.published", "/test", TestData.TIME),
            Map.of("run", "unreadable"))
        .get();

    // Then
    DeadLetter letter =
        received(
                Topics.DEAD_LETTERS, DeadLetter.class, found -> "unreadable".equals(found.run()), 1)
            .get(0)
            .body();
    assertThat(letter.reason()).isEqualTo(DeadLetter.UNREADABLE);
    assertThat(letter.detail()).startsWith(Topics.CHECKPOINTS + "/0/").contains("checkpoint");
    assertThat(letter.original()).isEqualTo("{\"run\":\"unreadable\"}");
  }

  @Test
  void theTestTopicGoesWhenTheRunHasEnded() throws Exception {
    // Given
    RunId run = new RunId("ended");
    String topic = Topics.featuresName(run, Split.TEST);
    publish(run, 1, "ended-1");
    evaluations(run, 1);
    try (TopicSetup topics = new TopicSetup(broker)) {
      assertThat(topics.exists(topic)).isTrue();

      // When
      publisher.publish(
          RunState.accepted(run, TrainingConfiguration.defaults(), TestData.TIME)
              .withStatus(RunStatus.FINISHED, TestData.TIME)
              .withLastCheckpoint(CheckpointId.endOfEpoch(1), TestData.TIME));

      // Then
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (topics.exists(topic) && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(200);
      }
      assertThat(topics.exists(topic)).isFalse();
    }
  }

  @Test
  void aConfigurationThatLacksSomethingEndsInOneLine() throws Exception {
    // Given
    Map<String, String> environment = environment();
    environment.remove("DEEPSPEECH_S3_ENDPOINT");

    // When
    try (ServiceProcess process = start(environment)) {

      // Then
      assertThat(process.exitCode()).isEqualTo(2);
      assertThat(process.errors())
          .isEqualTo(
              "evaluator-service: DEEPSPEECH_S3_ENDPOINT: not set, allowed: http://host:port or"
                  + " https://host, nothing more\n");
    }
  }

  @Test
  void aGpuThatOnnxRuntimeCannotUseEndsInOneLine() throws Exception {
    // Given: the library for processors
    Map<String, String> environment = environment();
    environment.put("DEEPSPEECH_EVALUATOR_GPU", "0");

    // When
    try (ServiceProcess process = start(environment)) {

      // Then
      assertThat(process.exitCode()).isEqualTo(2);
      assertThat(process.errors().lines().filter(line -> line.startsWith("evaluator-service: ")))
          .singleElement()
          .asString()
          .startsWith(
              "evaluator-service: DEEPSPEECH_EVALUATOR_GPU: 0 given, but ONNX Runtime cannot use this GPU: ")
          .endsWith("or set -1 for the CPU");
      assertThat(process.errors()).doesNotContain("\tat ");
    }
  }

  @Test
  void keysThatTheStoreRefusesEndInOneLine() throws Exception {
    // Given
    Map<String, String> environment = environment();
    environment.put("DEEPSPEECH_S3_SECRET_KEY", "wrong");

    // When
    try (ServiceProcess process = start(environment)) {

      // Then
      assertThat(process.exitCode()).isEqualTo(2);
      assertThat(process.errors().lines()).hasSize(1);
      assertThat(process.errors())
          .startsWith("evaluator-service: S3 endpoint " + s3.endpoint() + " refuses access key")
          .doesNotContain("wrong");
    }
  }

  @Test
  void aBrokerThatIsNotThereEndsInOneLine() throws Exception {
    // Given
    Map<String, String> environment = environment();
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");

    // When
    try (ServiceProcess process = start(environment)) {

      // Then
      assertThat(process.exitCode()).isEqualTo(2);
      assertThat(process.errors().lines()).hasSize(1);
      assertThat(process.errors())
          .startsWith("evaluator-service: broker 127.0.0.1:1: not reachable");
    }
  }

  /** The server keeps each object as a file. */
  private static Path objectOnDisk(String key) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("s3"))) {
      return files.filter(file -> file.endsWith(key)).findFirst().orElseThrow();
    }
  }

  /** Starts the service with nothing in its environment but this. */
  private static ServiceProcess start(Map<String, String> environment) throws IOException {
    int port = ServiceProcess.freePort();
    return new ServiceProcess(
        JavaLaunch.service()
            .options("-Xmx384m", "-XX:+UseSerialGC")
            .clearEnvironment()
            .environment(environment)
            .environment(
                Map.of(
                    "QUARKUS_HTTP_PORT", String.valueOf(port),
                    "DEEPSPEECH_WORK_DIR", folder.resolve("work").toString()))
            .directory(folder)
            .startApart(
                Files.createTempFile(folder, "evaluator", ".out"),
                Files.createTempFile(folder, "evaluator", ".err")),
        port);
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(TestStore.variables(s3));
    environment.put("DEEPSPEECH_S3_BUCKET", BUCKET);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    return environment;
  }

  private CheckpointCommitted publish(RunId run, int epoch, String id) throws Exception {
    CheckpointCommitted event = event(run, epoch, store(run, epoch));
    publisher.publish(event, id);
    return event;
  }

  private StoredCheckpoint store(RunId run, int epoch) throws Exception {
    Path model = EchoModel.write(folder.resolve("model.onnx"), TestData.VOCABULARY);
    return store.commit(
        run, CheckpointId.endOfEpoch(epoch), List.of(CheckpointSource.of(model)), Map.of());
  }

  private static CheckpointCommitted event(RunId run, int epoch, StoredCheckpoint stored) {
    DataSpecification test = TestData.TEST;
    return new CheckpointCommitted(
        run,
        CheckpointId.endOfEpoch(epoch),
        epoch,
        7,
        7L * epoch,
        stored.uri(),
        stored.files(),
        test,
        Provenance.NONE,
        TestData.TIME);
  }

  private List<Evaluation> evaluations(RunId run, int count) throws Exception {
    return received(Topics.EVALUATIONS, Evaluation.class, e -> e.run().equals(run), count).stream()
        .map(ReceivedEvent::body)
        .toList();
  }

  private List<MetricPoint> points(RunId run, int count) throws Exception {
    return received(Topics.METRICS, MetricPoint.class, p -> p.run().equals(run), count).stream()
        .map(ReceivedEvent::body)
        .toList();
  }

  /** Waits for the first messages of a topic that fit. */
  private <T> List<ReceivedEvent<T>> received(
      String topic, Class<T> type, Predicate<T> fits, int count) throws Exception {
    List<ReceivedEvent<T>> found = new ArrayList<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (EventTail<T> tail = EventTail.of(broker, topic, type, EventTail.Start.BEGINNING)) {
      while (found.size() < count) {
        Optional<ReceivedEvent<T>> next = tail.next(Duration.ofSeconds(1));
        next.filter(event -> fits.test(event.body())).ifPresent(found::add);
        assertThat(System.nanoTime())
            .as("%s of %s wanted, found %s; %s", count, topic, found, service.output())
            .isLessThan(deadline);
      }
    }
    return found;
  }
}
