package deepspeech.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

  private static void promtool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(TOOL));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
