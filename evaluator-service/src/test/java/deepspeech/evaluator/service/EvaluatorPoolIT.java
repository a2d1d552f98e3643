package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.evaluation.TestData;
import deepspeech.evaluator.recognition.EchoModel;
import deepspeech.evaluator.sharing.StoredTestRecords;
import deepspeech.evaluator.sharing.TestRange;
import deepspeech.evaluator.sharing.TestRecord;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.topic.Topics;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.ServiceProcess;
import deepspeech.testing.server.TestBroker;
import deepspeech.testing.server.TestStore;
import deepspeech.testing.service.DataPrepDouble;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three packaged evaluators with a broker and a store; data-prep is played by the test. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(900)
@Tag("integration")
@Tag("chaos")
class EvaluatorPoolIT {
  private static final String BUCKET = "deepspeech";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir static Path folder;

  private final LongTestSet testSet = new LongTestSet();
  private final List<ServiceProcess> evaluators = new ArrayList<>();
  private EmbeddedKafka kafka;
  private EmbeddedS3 s3;
  private BrokerConfiguration broker;
  private CheckpointStore store;
  private StoredTestRecords records;
  private EventPublisher publisher;
  private DataPrepDouble dataPrep;

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
    records = new StoredTestRecords(store);
    publisher = new EventPublisher(broker, "/trainer-service");
    dataPrep = new DataPrepDouble(kafka.bootstrapServers(), testSet);
    startThree();
  }

  private void startThree() throws IOException, InterruptedException {
    for (int i = 0; i < 3; i++) {
      evaluators.add(startEvaluator());
    }
    for (ServiceProcess evaluator : evaluators) {
      evaluator.awaitReady();
    }
  }

  @AfterAll
  void stop() throws Exception {
    for (ServiceProcess evaluator : evaluators) {
      evaluator.close();
    }
    dataPrep.close();
    publisher.close();
    store.close();
    s3.close();
    kafka.close();
  }

  @Test
  void theyShareATestAndItsResultIsThatOfOneAlsoIfTwoAreKilledOnTheWay() throws Exception {
    // Given: each has taken a range
    testSet.holdBackFrom(0);
    UntestedCheckpoint checkpoint = publish(new RunId("shared"), 1);
    await(() -> names(checkpoint, range -> !range.isFinished()).size() == 3);
    testSet.holdBackFrom(12);
    await(() -> ranges(checkpoint).filter(TestRange::isFinished).count() == 3);
    assertThat(names(checkpoint, TestRange::isFinished)).hasSize(3);

    // When
    evaluators.remove(0).kill();
    evaluators.remove(0).kill();
    testSet.holdBackFrom(LongTestSet.BATCHES);

    // Then
    Evaluation evaluation = await(() -> evaluations("shared"), 1).get(0);
    assertThat(evaluation.cer()).isEqualTo(LongTestSet.cer());
    assertThat(evaluation.errors().utterances()).isEqualTo(LongTestSet.UTTERANCES);
    assertThat(evaluation.errors().substitutions()).isEqualTo(27);

    // When
    evaluators.add(startEvaluator());
    evaluators.get(1).awaitReady();
    for (int epoch = 2; epoch <= 5; epoch++) {
      publish(new RunId("shared"), epoch);
      publish(new RunId("other"), epoch);
    }

    // Then
    List<Evaluation> all = new ArrayList<>(await(() -> evaluations("other"), 4));
    all.addAll(await(() -> evaluations("shared"), 5));
    assertThat(all)
        .extracting(tested -> tested.run() + " " + tested.checkpoint())
        .doesNotHaveDuplicates();
    assertThat(all).allMatch(tested -> tested.cer() == LongTestSet.cer());
    assertThat(all).allMatch(tested -> tested.samples().equals(evaluation.samples()));
    assertThat(store.best(new RunId("shared")).orElseThrow().checkpoint())
        .as("the earliest of equally good ones, whatever the order of the tests")
        .hasToString("epoch-0001");
    assertThat(pointsOf("shared", "other")).hasSize(9).doesNotHaveDuplicates();
    await(() -> records.read(checkpoint).isEmpty());
  }

  @Test
  void aSignalDuringAComputationEndsTheServiceInOrder() throws Exception {
    // Given: one evaluator alone, which computes almost without a pause
    evaluators.forEach(ServiceProcess::close);
    evaluators.clear();
    ServiceProcess evaluator = startEvaluator();
    evaluator.awaitReady();
    Path model =
        EchoModel.writeSlow(
            Files.createDirectory(folder.resolve("slow")).resolve("model.onnx"),
            TestData.VOCABULARY);
    UntestedCheckpoint checkpoint = publish(new RunId("slow"), 1, model);
    await(() -> ranges(checkpoint).anyMatch(TestRange::isFinished));

    // When
    evaluator.program().process().destroy();

    // Then
    assertThat(evaluator.exitCode()).as(evaluator.output()).isZero();
    assertThat(evaluator.output() + evaluator.errors()).doesNotContain("fatal error", "abandoned");

    // When
    startThree();

    // Then
    Evaluation evaluation = await(() -> evaluations("slow"), 1).get(0);
    assertThat(evaluation.cer()).isEqualTo(LongTestSet.cer());
  }

  private Stream<TestRange> ranges(UntestedCheckpoint checkpoint) {
    return records.read(checkpoint).stream().map(TestRecord::ranges).flatMap(List::stream);
  }

  private List<String> names(UntestedCheckpoint checkpoint, Predicate<TestRange> which) {
    return ranges(checkpoint)
        .filter(which)
        .map(TestRange::evaluator)
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  private UntestedCheckpoint publish(RunId run, int epoch) throws Exception {
    return publish(run, epoch, EchoModel.write(folder.resolve("model.onnx"), TestData.VOCABULARY));
  }

  private UntestedCheckpoint publish(RunId run, int epoch, Path model) throws Exception {
    CheckpointId id = CheckpointId.endOfEpoch(epoch);
    StoredCheckpoint stored = store.commit(run, id, List.of(CheckpointSource.of(model)), Map.of());
    CheckpointCommitted event =
        new CheckpointCommitted(
            run,
            id,
            epoch,
            0,
            7L * epoch,
            stored.uri(),
            stored.files(),
            TestData.TEST,
            Provenance.NONE,
            TestData.TIME.plusSeconds(epoch));
    String name = run + "-" + epoch;
    publisher.publish(event, name);
    return new UntestedCheckpoint(name, event, Context.root());
  }

  private List<Evaluation> evaluations(String run) throws InterruptedException {
    return read(Topics.EVALUATIONS, Evaluation.class).stream()
        .filter(evaluation -> evaluation.run().value().equals(run))
        .toList();
  }

  private List<String> pointsOf(String... runs) throws InterruptedException {
    return read(Topics.METRICS, MetricPoint.class).stream()
        .filter(point -> List.of(runs).contains(point.run().value()))
        .map(point -> point.run() + " " + point.name() + " " + point.step())
        .toList();
  }

  private <T> List<T> read(String topic, Class<T> type) throws InterruptedException {
    try (EventTail<T> tail = EventTail.of(broker, topic, type, EventTail.Start.BEGINNING)) {
      return tail.upToNow().stream().map(ReceivedEvent::body).toList();
    }
  }

  private <T> List<T> await(Callable<List<T>> found, int count) throws Exception {
    await(() -> found.call().size() >= count);
    return found.call();
  }

  private void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      TimeUnit.MILLISECONDS.sleep(100);
      if (System.nanoTime() > deadline) {
        StringBuilder outputs = new StringBuilder();
        for (ServiceProcess evaluator : evaluators) {
          outputs.append(evaluator.output()).append(evaluator.errors()).append("\n---\n");
        }
        throw new AssertionError("not within " + PATIENCE + "; " + outputs);
      }
    }
  }

  private ServiceProcess startEvaluator() throws IOException {
    int port = ServiceProcess.freePort();
    Map<String, String> environment = new HashMap<>(TestStore.variables(s3));
    environment.put("DEEPSPEECH_S3_BUCKET", BUCKET);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(port));
    environment.put("DEEPSPEECH_WORK_DIR", folder.resolve("work").toString());
    return new ServiceProcess(
        JavaLaunch.service()
            .options("-Xmx384m", "-XX:+UseSerialGC")
            .clearEnvironment()
            .environment(environment)
            .directory(folder)
            .startApart(
                Files.createTempFile(folder, "evaluator", ".out"),
                Files.createTempFile(folder, "evaluator", ".err")),
        port);
  }
}
