package deepspeech.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lets Prometheus' own tool check the rules, where it is installed. */
class PromtoolTest {
  private static final String TOOL = "promtool";

  @BeforeEach
  void requireTool() {
    Optional<Path> tool =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, TOOL))
            .filter(Files::isExecutable)
            .findFirst();
    if (tool.isEmpty()) {
      System.out.println("promtool is not on the PATH: the Debian package prometheus has it");
    }
    assumeTrue(tool.isPresent(), "promtool is not on the PATH");
  }

  @Test
  void theRulesAreValid() throws Exception {
    promtool("check", "rules", "alerts.yml");
  }

  @Test
  void theSampleConfigurationIsValid() throws Exception {
    promtool("check", "config", "prometheus.yml");
  }

  @Test
  void theAlertsFireWhenTheyShould() throws Exception {
    promtool("test", "rules", "alerts.test.yml");
  }

  @Test
  void theExpressionsOfTheDashboardsAreValid(@TempDir Path directory) throws Exception {
    // Given
    List<Map<String, String>> rules = new ArrayList<>();
    for (Path dashboard : OperationsFilesTest.dashboards()) {
      for (JsonNode expression :
          new ObjectMapper().readTree(dashboard.toFile()).findValues("expr")) {
        String text =
            expression.asText().replace("$__rate_interval", "1m").replace("$__range", "1h");
        rules.add(Map.of("record", "shown:" + rules.size(), "expr", text));
      }
    }
    Path file = directory.resolve("rules.yml");
    new YAMLMapper()
        .writeValue(
            file.toFile(), Map.of("groups", List.of(Map.of("name", "shown", "rules", rules))));

    // Then
    promtool("check", "rules", file.toString());
  }

  private static void promtool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(TOOL));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
