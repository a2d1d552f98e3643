package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.ServiceProcess;
import deepspeech.testing.server.TestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An upgrade with two runs under way, to a build that writes another field into everything, and the
 * way back. For a while services of both builds work side by side.
 */
@Tag("integration")
class NewerBuildIT {
  private static final RunId FIRST = new RunId("first");
  private static final RunId SECOND = new RunId("second");

  @TempDir private Path directory;

  private UndisturbedRun undisturbed;
  private NewerBuild newer;
  private EmbeddedKafka kafka;
  private EmbeddedS3 store;
  private RunningPipeline pipeline;
  private final Map<String, ServiceProcess> services = new LinkedHashMap<>();

  @BeforeEach
  void start() throws Exception {
    undisturbed = UndisturbedRun.trained();
    newer =
        NewerBuild.of(
            List.of("trainer-service", "evaluator-service", "data-prep-service", "dashboard"));
    kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
    store = TestStore.start(directory.resolve("s3"), "deepspeech");
    pipeline = new RunningPipeline(directory);
    pipeline.use(BrokerConfiguration.of(kafka.bootstrapServers()));
  }

  @AfterEach
  void stop() throws IOException {
    services.values().forEach(ServiceProcess::close);
    store.close();
    kafka.close();
    newer.close();
  }

  @Test
  void runsThatAreUpgradedToABuildWithMoreFieldsAndBackEndAsUndisturbedOnes() throws Exception {
    // Given
    startThisBuild("data-prep-service", "data-prep");
    startThisBuild("evaluator-service", "evaluator");
    startThisBuild("trainer-service", "trainer-0");
    startThisBuild("trainer-service", "trainer-1");
    awaitReady();
    for (RunId run : List.of(FIRST, SECOND)) {
      pipeline.dispatch().send(new Command.Train(run, pipeline.configuration(Map.of())));
    }
    awaitStep(5);

    // When both builds work side by side
    startNewerBuild("data-prep-service", "newer-data-prep");
    startNewerBuild("evaluator-service", "newer-evaluator");
    terminate("trainer-0", "trainer-1");
    startThisBuild("trainer-service", "trainer-0");
    startNewerBuild("trainer-service", "trainer-1");
    awaitStep(35);

    // When the upgrade is complete
    terminate("trainer-0", "trainer-1", "data-prep", "evaluator");
    startNewerBuild("dashboard", "newer-dashboard");
    startNewerBuild("trainer-service", "trainer-0");
    startNewerBuild("trainer-service", "trainer-1");
    awaitStep(65);

    // When it is rolled back
    terminate("trainer-0", "trainer-1");
    assertUnderWay();
    awaitTestOfTheNewerBuild();
    terminate("newer-evaluator");
    assertThat(documentsOfTheNewerBuild())
        .contains("checkpoint.json", "run.json", "training-state.json");
    startThisBuild("data-prep-service", "data-prep");
    startThisBuild("evaluator-service", "evaluator");
    startThisBuild("dashboard", "dashboard");
    awaitReady();
    terminate("newer-data-prep");
    startThisBuild("trainer-service", "trainer-0");
    startThisBuild("trainer-service", "trainer-1");
    pipeline.awaitFinished(FIRST);
    pipeline.awaitFinished(SECOND);

    // Then
    for (RunId run : List.of(FIRST, SECOND)) {
      undisturbed.assertSameTraining(pipeline, run);
      assertThat(pipeline.tested(run.value()))
          .as("those at signals besides")
          .containsAll(RunningPipeline.CHECKPOINTS)
          .doesNotHaveDuplicates();
    }
    assertThat(pipeline.read(Topics.DEAD_LETTERS, DeadLetter.class)).isEmpty();
    for (String dashboard : List.of("dashboard", "newer-dashboard")) {
      services
          .get(dashboard)
          .await(
              "/api/runs",
              answer ->
                  answer.statusCode() == 200
                      && answer.body().split("\"finished\"", -1).length == 3);
    }
    assertBothBuildsHaveWrittenToEveryTopic();
  }

  private void assertBothBuildsHaveWrittenToEveryTopic() throws InterruptedException {
    for (String topic :
        List.of(
            Topics.RUNS,
            Topics.BATCH_REQUESTS,
            Topics.CHECKPOINTS,
            Topics.EVALUATIONS,
            Topics.METRICS,
            Topics.TRAINERS)) {
      assertThat(texts(topic))
          .as(topic)
          .anyMatch(text -> text.contains(NewerBuild.FIELD))
          .anyMatch(text -> !text.contains(NewerBuild.FIELD));
    }
  }

  private List<String> documentsOfTheNewerBuild() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> objects = Files.walk(directory.resolve("s3"))) {
      for (Path object : objects.filter(path -> path.toString().endsWith(".json")).toList()) {
        if (Files.readString(object).contains(NewerBuild.FIELD)) {
          names.add(object.getFileName().toString());
        }
      }
    }
    return names;
  }

  private List<String> texts(String topic) throws InterruptedException {
    return pipeline.read(topic, JsonNode.class).stream().map(JsonNode::toString).toList();
  }

  /** Waits until a run has made a step; the other one may be less far. */
  private void awaitStep(long step) throws InterruptedException {
    try (EventTail<MetricPoint> metrics =
        EventTail.of(
            pipeline.broker(), Topics.METRICS, MetricPoint.class, EventTail.Start.BEGINNING)) {
      while (metrics.next(RunningPipeline.LIMIT).orElseThrow().body().step() < step) {}
    }
  }

  private void awaitTestOfTheNewerBuild() throws InterruptedException {
    long deadline = System.nanoTime() + RunningPipeline.LIMIT.toNanos();
    while (texts(Topics.EVALUATIONS).stream().noneMatch(text -> text.contains(NewerBuild.FIELD))) {
      assertThat(System.nanoTime()).as("time to wait for a test result").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private void assertUnderWay() throws InterruptedException {
    for (RunId run : List.of(FIRST, SECOND)) {
      assertThat(pipeline.runState(run).status()).isEqualTo(RunStatus.RUNNING);
    }
  }

  private void terminate(String... names) throws IOException, InterruptedException {
    for (String name : names) {
      services.get(name).program().process().destroy();
    }
    for (String name : names) {
      ServiceProcess service = services.remove(name);
      assertThat(service.exitCode()).as(service.output()).isIn(0, 143);
    }
  }

  private void startThisBuild(String module, String name) throws IOException {
    start(JavaLaunch.service(module), name);
  }

  private void startNewerBuild(String module, String name) throws IOException {
    start(JavaLaunch.jar(newer.service(module)), name);
  }

  private void start(JavaLaunch launch, String name) throws IOException {
    int port = ServiceProcess.freePort();
    Map<String, String> environment = new HashMap<>(TestStore.variables(store));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    environment.put("DEEPSPEECH_DATASET_ROOT", pipeline.datasetRoot().toString());
    environment.put("DEEPSPEECH_TRAINER_INSTANCE_ID", name);
    environment.put("DEEPSPEECH_WORK_DIR", directory.resolve("work-" + name).toString());
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(port));
    environment.put("QUARKUS_MANAGEMENT_PORT", "0");
    services.put(
        name,
        new ServiceProcess(
            launch
                .options("-Xmx512m", "-XX:+UseSerialGC")
                .environment(environment)
                .start(directory.resolve(name + "-" + port + ".log")),
            port));
  }

  private void awaitReady() throws IOException, InterruptedException {
    for (Map.Entry<String, ServiceProcess> service : services.entrySet()) {
      if (!service.getKey().endsWith("dashboard")) {
        service.getValue().awaitReady();
      }
    }
  }
}
