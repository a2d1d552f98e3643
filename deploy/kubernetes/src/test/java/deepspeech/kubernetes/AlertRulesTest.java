package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Prometheus gets the metrics and alerts of deploy/grafana. */
class AlertRulesTest {
  private static final Path GRAFANA = Path.of("../grafana");

  private final RenderedResources production = Kustomization.overlay("production");

  @Test
  void theRuleHasTheGroupsOfTheAlerts() throws IOException {
    // Given
    Path file = Kustomization.ROOT.resolve("components/monitoring/alerts.yaml");
    String present = Files.readString(file);
    String alerts = Files.readString(GRAFANA.resolve("alerts.yml"));

    // When
    String written =
        present.substring(0, present.indexOf("  groups:"))
            + alerts.substring(alerts.indexOf("groups:")).replaceAll("(?m)^(?=.)", "  ");
    Files.writeString(Path.of("target/alerts.yaml"), written);

    // Then
    assertThat(present).as("%s, compared with target/alerts.yaml", file).isEqualTo(written);
    assertThat(production.get("PrometheusRule", "deepspeech").at("/spec/groups"))
        .isEqualTo(yaml("alerts.yml").path("groups"));
  }

  @Test
  void theMonitorMakesTheJobsThatAlertsAndDashboardsName() throws IOException {
    // Given
    Set<String> jobs = new TreeSet<>();
    Set<String> paths = new TreeSet<>();
    for (JsonNode job : yaml("prometheus.yml").path("scrape_configs")) {
      jobs.add(job.path("job_name").asText());
      paths.add(job.path("metrics_path").asText());
    }
    RenderedResource monitor = production.get("PodMonitor", "deepspeech");
    JsonNode endpoint = monitor.at("/spec/podMetricsEndpoints/0");

    // When
    Set<String> made = new TreeSet<>();
    for (RenderedResource workload : production.workloads()) {
      if (NetworkPod.selects(monitor.at("/spec/selector"), workload.podLabels())) {
        made.add(workload.podLabels().get(monitor.at("/spec/jobLabel").asText()));
        assertThat(workload.containers().get(0).path("ports").findValuesAsText("name"))
            .as("ports of %s", workload)
            .contains(endpoint.path("port").asText());
      }
    }

    // Then
    assertThat(made).isEqualTo(jobs);
    assertThat(paths).containsExactly(endpoint.path("path").asText());
  }

  private static JsonNode yaml(String file) throws IOException {
    return new YAMLMapper().readTree(GRAFANA.resolve(file).toFile());
  }
}
