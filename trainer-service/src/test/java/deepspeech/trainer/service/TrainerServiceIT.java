package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.ServiceProcess;
import deepspeech.testing.server.TestStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of the packaged service. The whole pipeline is tested in cli. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("integration")
class TrainerServiceIT {
  private static final String ACTIVE = "deepspeech_trainer_active 1.0";
  private static final String STANDING_BY = "deepspeech_trainer_active 0.0";

  @TempDir private Path folder;
  private EmbeddedKafka broker;
  private EmbeddedS3 store;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    store = TestStore.start(folder.resolve("s3"), "deepspeech");
  }

  @AfterEach
  void stop() {
    broker.close();
    store.close();
  }

  @Test
  void oneTrainerIsActiveTheOtherStandsByAndBothAreReadyUntilTheBrokerIsAway() throws Exception {
    try (Trainer first = new Trainer("first", "text")) {
      first.await("/q/metrics", body -> body.contains(ACTIVE));
      try (Trainer second = new Trainer("second", "text")) {
        // When
        String ready = second.await("/q/health/ready", body -> status(body).equals("UP"));

        // Then
        assertThat(ready).contains("\"broker\"", "\"store\"", "\"model\"");
        assertThat(second.get("/q/metrics")).contains(STANDING_BY);
        assertThat(first.get("/q/health")).contains("\"training\"").doesNotContain("DOWN");
      }

      // When
      int port = broker.port();
      broker.close();
      String away = first.await("/q/health/ready", body -> body.contains("no answer within 5 s"));

      // Then
      assertThat(status(away)).isEqualTo("DOWN");
      assertThat(status(first.get("/q/health/live"))).isEqualTo("UP");

      // When
      broker = EmbeddedKafka.start(folder.resolve("kafka"), port);

      // Then
      first.await("/q/health/ready", body -> status(body).equals("UP"));
    }
  }

  @Test
  void withTheJsonFormatEveryLineIsAnObjectThatNamesItsRun() throws Exception {
    // Given
    Trainer trainer = new Trainer("json", "json");
    try (EventPublisher publisher =
        new EventPublisher(BrokerConfiguration.of(broker.bootstrapServers()), "/test")) {
      trainer.await("/q/metrics", body -> body.contains(ACTIVE));

      // When
      publisher.publish(new Command.Stop(new RunId("nobody")));
      trainer.await(
          "/q/metrics", body -> body.contains("deepspeech_trainer_commands_rejected_total 1.0"));
    } finally {
      trainer.close();
    }

    // Then
    List<JsonNode> records =
        Files.readAllLines(trainer.output).stream().map(TrainerServiceIT::object).toList();
    assertThat(records)
        .filteredOn(record -> record.path("message").asText().contains("rejected"))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.path("level").asText()).isEqualTo("WARN");
              assertThat(record.path("mdc").path("run").asText()).isEqualTo("nobody");
            });
  }

  private static JsonNode object(String line) {
    JsonNode object = Json.readTree(line.getBytes(StandardCharsets.UTF_8));
    assertThat(object.isObject()).as(line).isTrue();
    return object;
  }

  private static String status(String health) {
    return Json.readTree(health.getBytes(StandardCharsets.UTF_8)).path("status").asText();
  }

  /** The packaged service in a process of its own. */
  private final class Trainer implements AutoCloseable {
    private final Path output;
    private final ServiceProcess service;

    Trainer(String name, String format) throws IOException {
      output = folder.resolve(name + ".log");
      int port = ServiceProcess.freePort();
      service =
          new ServiceProcess(
              JavaLaunch.service()
                  .options("-Xmx256m")
                  .environment(TestStore.variables(store))
                  .environment(
                      Map.of(
                          "QUARKUS_HTTP_PORT", String.valueOf(port),
                          "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                          "DEEPSPEECH_WORK_DIR", folder.resolve("work").toString(),
                          "DEEPSPEECH_TRAINER_INSTANCE_ID", name,
                          "DEEPSPEECH_LOG_FORMAT", format))
                  .start(output),
              port);
    }

    String get(String path) throws IOException, InterruptedException {
      return service.get(path).body();
    }

    /** Asks until the answer is as awaited. */
    String await(String path, Predicate<String> awaited) throws IOException, InterruptedException {
      return service.await(path, answer -> awaited.test(answer.body())).body();
    }

    @Override
    public void close() {
      service.close();
    }
  }
}
