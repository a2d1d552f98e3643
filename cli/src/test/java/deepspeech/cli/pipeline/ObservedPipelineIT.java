package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.cli.stack.StackState;
import deepspeech.messages.Json;
import deepspeech.runtime.metrics.MetricNames;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a process of its own with the JSON log format, observed while it runs. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("integration")
class ObservedPipelineIT {
  /**
   * Metrics of skipped utterances, which the demo corpus does not have, and of a waiting run, which
   * may be over between two observations. TrainerMetersTest has both.
   */
  private static final List<String> NOT_ALWAYS_SEEN =
      List.of("deepspeech_trainer_left_out{reason,run}", "deepspeech_trainer_queue_position{run}");

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void theServicesExposeWhatTheyListAndEveryLineOfTheirLogsIsAnObject() throws Exception {
    // When
    Process demo = demo();
    Map<String, MetricNames> exposed = new HashMap<>();
    while (!demo.waitFor(200, TimeUnit.MILLISECONDS)) {
      observe(exposed);
    }

    // Then
    assertThat(demo.exitValue()).as(Files.readString(folder.resolve("output"))).isZero();
    for (String service : List.of("trainer-service", "data-prep-service", "evaluator-service")) {
      MetricNames listed =
          MetricNames.listed(Files.readString(Path.of("..", service, "metrics.txt")));
      assertThat(exposed).containsKey(service);
      assertThat(listed.missingIn(exposed.get(service))).as(service).isSubsetOf(NOT_ALWAYS_SEEN);
      assertThat(exposed.get(service).own().missingIn(listed)).as(service).isEmpty();
      assertThat(records(service)).hasSizeGreaterThan(3);
    }
    List<JsonNode> console =
        records("trainer-service").stream()
            .filter(record -> record.path("loggerName").asText().equals("deepspeech.console"))
            .toList();
    assertThat(console)
        .anySatisfy(
            record ->
                assertThat(record.path("message").asText())
                    .startsWith("-----------  Configuration Arguments -----------\n"));
    assertThat(console)
        .filteredOn(record -> record.path("message").asText().startsWith("Train ["))
        .hasSize(2)
        .last()
        .satisfies(
            record -> {
              assertThat(record.path("message").asText()).contains("epoch: [2/2], batch: [0/3], ");
              assertThat(record.path("mdc").path("run").asText()).startsWith("demo-");
              assertThat(record.path("mdc").path("epoch").asText()).isEqualTo("2");
              assertThat(record.path("mdc").path("batch").asText()).isEqualTo("0");
            });
  }

  private Process demo() throws IOException {
    return MainProcess.start(
        folder.resolve("output"),
        Map.of("DEEPSPEECH_LOG_FORMAT", "json"),
        "demo",
        "--exit",
        "--epochs=2",
        "--utterances=50",
        "--data=" + folder.resolve("data"));
  }

  /** Gauges of a run are there only while it is under way, so what was seen once counts. */
  private void observe(Map<String, MetricNames> exposed) throws InterruptedException {
    Optional<StackState> state = StackState.running(StackState.file(folder.resolve("data")));
    if (state.isEmpty()) {
      return;
    }
    for (Map.Entry<String, String> service : state.get().healthUrls().entrySet()) {
      String url = service.getValue().replace("/q/health/ready", "/q/metrics");
      try {
        String text =
            http.send(
                    HttpRequest.newBuilder(URI.create(url)).build(),
                    HttpResponse.BodyHandlers.ofString())
                .body();
        exposed.merge(service.getKey(), MetricNames.exposed(text), MetricNames::and);
      } catch (IOException e) {
        // The stack has just ended.
        return;
      }
    }
  }

  private List<JsonNode> records(String service) throws IOException {
    return Files.readAllLines(folder.resolve("data/logs").resolve(service + ".log")).stream()
        .map(
            line -> {
              JsonNode record = Json.readTree(line.getBytes(StandardCharsets.UTF_8));
              assertThat(record.isObject()).as(line).isTrue();
              return record;
            })
        .toList();
  }
}
