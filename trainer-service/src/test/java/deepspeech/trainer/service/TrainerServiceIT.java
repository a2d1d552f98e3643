package deepspeech.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.run.RunId;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    store = EmbeddedS3.start(folder.resolve("s3"), 0);
    store.createBucket("deepspeech");
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
    private final int port;
    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();

    Trainer(String name, String format) throws IOException {
      output = folder.resolve(name + ".log");
      try (ServerSocket free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              "-jar",
              "target/quarkus-app/quarkus-run.jar");
      builder.environment().keySet().removeIf(key -> key.matches("(KAFKA|DEEPSPEECH)_.*"));
      builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
      builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
      builder.environment().put("DEEPSPEECH_S3_ENDPOINT", store.endpoint().toString());
      builder.environment().put("DEEPSPEECH_S3_ACCESS_KEY", store.accessKey());
      builder.environment().put("DEEPSPEECH_S3_SECRET_KEY", store.secretKey());
      builder.environment().put("DEEPSPEECH_WORK_DIR", folder.resolve("work").toString());
      builder.environment().put("DEEPSPEECH_TRAINER_INSTANCE_ID", name);
      builder.environment().put("DEEPSPEECH_LOG_FORMAT", format);
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      process = builder.start();
    }

    String get(String path) throws IOException, InterruptedException {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }

    /** Asks until the answer is as awaited. */
    String await(String path, Predicate<String> awaited) throws IOException, InterruptedException {
      while (process.isAlive()) {
        try {
          String body = get(path);
          if (awaited.test(body)) {
            return body;
          }
        } catch (IOException e) {
          // Not yet listening.
          TimeUnit.MILLISECONDS.sleep(100);
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
      throw new AssertionError("the service has ended:\n" + Files.readString(output));
    }

    @Override
    public void close() {
      process.destroy();
      try {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
