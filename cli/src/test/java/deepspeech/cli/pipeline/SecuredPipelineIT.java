package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.KafkaRights;
import deepspeech.messages.topic.TopicLayout;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.ServiceProcess;
import deepspeech.testing.server.SecuredBroker;
import deepspeech.testing.server.TestAuthority;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The built services on a broker with TLS, SASL/SCRAM and the rights of {@link KafkaRights}, each
 * as its own user, and on a store with TLS. All names on the broker have a prefix, and the services
 * create no shared topic.
 */
@Tag("integration")
class SecuredPipelineIT {
  private static final String PREFIX = "team-a.";
  private static final RunId RUN = new RunId("secured");

  @TempDir private static Path directory;

  private static UndisturbedRun undisturbed;
  private static SecuredBroker kafka;
  private static EmbeddedS3 store;
  private static TestAuthority authority;
  private static RunningPipeline pipeline;
  private static final Map<String, ServiceProcess> SERVICES = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    undisturbed = UndisturbedRun.trained();
    authority = TestAuthority.in(directory);
    kafka =
        SecuredBroker.start(
            directory.resolve("kafka"),
            authority,
            user(KafkaRights.Client.TRAINER),
            user(KafkaRights.Client.EVALUATOR),
            user(KafkaRights.Client.DATA_PREP),
            user(KafkaRights.Client.DASHBOARD),
            user(KafkaRights.Client.COMMAND_LINE));
    for (KafkaRights.Client client : KafkaRights.Client.values()) {
      kafka.grant(user(client), PREFIX, KafkaRights.of(client));
    }
    try (TopicSetup topics = new TopicSetup(as(SecuredBroker.ADMIN, TopicLayout.Owner.SERVICES))) {
      topics.ensureShared();
    }
    store =
        EmbeddedS3.start(
            directory.resolve("s3"), 0, "id", "open sesame", Optional.of(authority.serverKey()));
    store.createBucket("deepspeech");
    pipeline = new RunningPipeline(directory);
    pipeline.use(as(user(KafkaRights.Client.COMMAND_LINE), TopicLayout.Owner.OPERATOR));
    start(KafkaRights.Client.TRAINER, "trainer-service");
    start(KafkaRights.Client.EVALUATOR, "evaluator-service");
    start(KafkaRights.Client.DATA_PREP, "data-prep-service");
    start(KafkaRights.Client.DASHBOARD, "dashboard");
    for (ServiceProcess service : SERVICES.values()) {
      service.awaitReady();
    }
  }

  @AfterAll
  static void stop() {
    SERVICES.values().forEach(ServiceProcess::close);
    store.close();
    kafka.close();
  }

  @Test
  void aRunIsTrainedResumedAndFineTunedWithTheLeastRights() throws Exception {
    // When
    RunState trained = pipeline.train(RUN.value(), Map.of());

    // Then
    assertThat(trained.status()).isEqualTo(RunStatus.FINISHED);
    undisturbed.assertSame(pipeline, RUN);

    // When
    RunState resumed =
        pipeline.dispatch().sendAndAwaitEnd(new Command.Resume(RUN, Map.of("num_epoch", 7)));

    // Then
    assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(resumed.position().epoch()).isEqualTo(7);

    // When
    TrainingConfiguration configuration =
        pipeline.configuration(Map.of("num_epoch", 1, "pretrained_model", RUN + "/best"));
    RunState tuned =
        pipeline
            .dispatch()
            .sendAndAwaitEnd(new Command.FineTune(new RunId("tuned"), configuration));

    // Then
    assertThat(tuned.status()).isEqualTo(RunStatus.FINISHED);
    HttpResponse<String> runs = page().get("/api/runs");
    assertThat(runs.body()).contains("\"secured\"", "\"tuned\"");
    for (Map.Entry<String, ServiceProcess> service : SERVICES.entrySet()) {
      assertThat(service.getValue().output())
          .as(service.getKey())
          .doesNotContain("denies this client", "not compared", "secret", "open sesame");
    }
  }

  private static ServiceProcess page() {
    return new ServiceProcess(SERVICES.get("dashboard").program(), dashboardPort);
  }

  private static int dashboardPort;

  private static void start(KafkaRights.Client client, String module) throws IOException {
    int port = ServiceProcess.freePort();
    Map<String, String> environment = new HashMap<>(kafka.variables(user(client)));
    environment.put(TopicLayout.PREFIX, PREFIX);
    environment.put(TopicLayout.OWNER, "operator");
    environment.put("DEEPSPEECH_WORK_DIR", directory.resolve("work-" + module).toString());
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    if (client == KafkaRights.Client.DASHBOARD) {
      dashboardPort = ServiceProcess.freePort();
      environment.put("QUARKUS_HTTP_PORT", String.valueOf(dashboardPort));
      environment.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(port));
    } else {
      environment.put("QUARKUS_HTTP_PORT", String.valueOf(port));
      environment.putAll(storeVariables(client));
      environment.put("DEEPSPEECH_DATASET_ROOT", pipeline.datasetRoot().toString());
    }
    SERVICES.put(
        module,
        new ServiceProcess(
            JavaLaunch.service(module)
                .options("-Xmx512m")
                .environment(environment)
                .start(directory.resolve(module + ".log")),
            port));
  }

  /** The keys are in files, as in a mounted secret. */
  private static Map<String, String> storeVariables(KafkaRights.Client client) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("secret-" + user(client)));
    return Map.of(
        "DEEPSPEECH_S3_ENDPOINT", store.endpoint().toString(),
        "DEEPSPEECH_S3_ACCESS_KEY_FILE",
            Files.writeString(folder.resolve("access"), store.accessKey()).toString(),
        "DEEPSPEECH_S3_SECRET_KEY_FILE",
            Files.writeString(folder.resolve("secret"), store.secretKey()).toString(),
        "DEEPSPEECH_S3_CA_FILE", authority.certificate().toString());
  }

  private static BrokerConfiguration as(String user, TopicLayout.Owner owner) {
    return new BrokerConfiguration(
        kafka.bootstrapServers(),
        kafka.properties(user),
        new TopicLayout(PREFIX, owner, OptionalInt.empty()));
  }

  private static String user(KafkaRights.Client client) {
    return client.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
