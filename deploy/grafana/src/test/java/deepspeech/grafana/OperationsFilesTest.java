package deepspeech.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import deepspeech.runtime.metrics.MetricNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps dashboards and alerts true to what the services expose. */
class OperationsFilesTest {
  private static final Map<String, Path> SERVICES =
      Map.of(
          "deepspeech-trainer", Path.of("../../trainer-service"),
          "deepspeech-evaluator", Path.of("../../evaluator-service"),
          "deepspeech-data-prep", Path.of("../../data-prep-service"),
          "deepspeech-dashboard", Path.of("../../dashboard"));

  /** What Prometheus itself adds. */
  private static final Set<String> OF_THE_SCRAPE = Set.of("job", "instance", "namespace");

  private static final MetricNames EXPOSED =
      SERVICES.values().stream()
          .map(OperationsFilesTest::listed)
          .reduce(MetricNames.listed("up"), MetricNames::and);

  private static final Pattern GRAFANA_LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");
  private static final Pattern RULE_LABEL = Pattern.compile("\\$labels\\.(\\w+)");
  private static final Pattern DOCUMENTED_METRIC =
      Pattern.compile("`(deepspeech_\\w+(?:\\{[\\w,]+})?)`");
  private static final Pattern PANEL_TYPE = Pattern.compile("timeseries|stat|row");

  /**
   * An expression of a file.
   *
   * @param shown labels that what is shown beside it names
   */
  private record Expression(String where, String text, Set<String> shown) {
    @Override
    public String toString() {
      return where;
    }
  }

  private static MetricNames listed(Path service) {
    return MetricNames.listed(text(service.resolve("metrics.txt")));
  }

  static List<Path> dashboards() {
    try (Stream<Path> files = Files.list(Path.of("dashboards"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Expression> expressions() {
    List<Expression> expressions = new ArrayList<>();
    for (Path file : dashboards()) {
      for (JsonNode panel : json(file).path("panels")) {
        for (JsonNode target : panel.path("targets")) {
          expressions.add(
              new Expression(
                  "%s: %s %s"
                      .formatted(
                          file.getFileName(),
                          panel.path("title").asText(),
                          target.path("refId").asText()),
                  target.path("expr").asText(),
                  found(GRAFANA_LABEL, target.path("legendFormat").asText())));
        }
      }
      for (JsonNode variable : json(file).path("templating").path("list")) {
        String query = variable.path("query").path("query").asText();
        Matcher values = Pattern.compile("label_values\\((\\w+), (\\w+)\\)").matcher(query);
        if (values.matches()) {
          expressions.add(
              new Expression(
                  file.getFileName() + ": $" + variable.path("name").asText(),
                  values.group(1),
                  Set.of(values.group(2))));
        }
      }
    }
    for (JsonNode rule : rules()) {
      expressions.add(
          new Expression(
              rule.path("alert").asText(),
              rule.path("expr").asText(),
              found(RULE_LABEL, rule.path("annotations").toString())));
    }
    return expressions;
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void anExpressionNamesOnlyWhatAServiceExposes(Expression expression) {
    // When
    PromqlNames names = PromqlNames.of(expression.text());

    // Then
    assertThat(names.metrics()).isNotEmpty();
    Set<String> all = new TreeSet<>(OF_THE_SCRAPE);
    names
        .metrics()
        .forEach(
            (metric, selected) -> {
              assertThat(EXPOSED.labels()).as(expression.text()).containsKey(metric);
              Set<String> labels = new TreeSet<>(EXPOSED.labels().get(metric));
              labels.addAll(OF_THE_SCRAPE);
              assertThat(labels).as(metric).containsAll(selected);
              all.addAll(labels);
            });
    assertThat(all).containsAll(names.grouping());
    assertThat(all).containsAll(expression.shown());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void aDashboardHasWhatGrafanaReads(Path file) {
    // When
    JsonNode dashboard = json(file);

    // Then
    assertThat(dashboard.path("uid").asText()).matches("[a-z-]{1,40}");
    assertThat(dashboard.path("title").asText()).isNotBlank();
    assertThat(dashboard.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(36);
    assertThat(dashboard.path("templating").path("list").path(0).path("type").asText())
        .isEqualTo("datasource");
    Set<Integer> ids = new HashSet<>();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      assertThat(title).isNotBlank();
      assertThat(ids.add(panel.path("id").asInt())).as("id of " + title).isTrue();
      assertThat(panel.path("type").asText()).as(title).matches(PANEL_TYPE);
      JsonNode place = panel.path("gridPos");
      assertThat(place.path("x").asInt() + place.path("w").asInt()).as(title).isBetween(1, 24);
      for (int x = 0; x < place.path("w").asInt(); x++) {
        for (int y = 0; y < place.path("h").asInt(); y++) {
          String cell = (place.path("x").asInt() + x) + "/" + (place.path("y").asInt() + y);
          assertThat(cells.add(cell)).as("%s lies on another panel", title).isTrue();
        }
      }
      if (!panel.path("type").asText().equals("row")) {
        assertThat(panel.path("description").asText()).as(title).isNotBlank();
        assertThat(panel.path("targets")).as(title).isNotEmpty();
        Set<String> refs = new HashSet<>();
        for (JsonNode target : panel.path("targets")) {
          assertThat(refs.add(target.path("refId").asText())).as(title).isTrue();
          assertThat(target.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
        }
      }
    }
  }

  @Test
  void dashboardsHaveUidsOfTheirOwn() {
    assertThat(dashboards())
        .hasSize(2)
        .extracting(file -> json(file).path("uid").asText())
        .doesNotHaveDuplicates();
  }

  @Test
  void anAlertHasANameOfItsOwnASeverityAndWordsForWhoIsCalledAndATest() {
    // Given
    String tests = text(Path.of("alerts.test.yml"));

    // Then
    assertThat(rules()).extracting(rule -> rule.path("alert").asText()).doesNotHaveDuplicates();
    assertThat(rules())
        .isNotEmpty()
        .allSatisfy(
            rule -> {
              assertThat(rule.path("alert").asText()).matches("DeepSpeech[A-Z][A-Za-z]+");
              assertThat(rule.path("labels").path("severity").asText()).isIn("critical", "warning");
              assertThat(rule.path("annotations").path("summary").asText()).isNotBlank();
              assertThat(rule.path("annotations").path("description").asText()).isNotBlank();
              assertThat(tests).contains("alertname: " + rule.path("alert").asText() + "\n");
            });
  }

  @Test
  void theJobsOfTheSampleAreTheServicesAtTheirPorts() {
    // When
    Map<String, String> jobs = new TreeMap<>();
    for (JsonNode job : yaml(Path.of("prometheus.yml")).path("scrape_configs")) {
      jobs.put(
          job.path("job_name").asText(),
          job.path("static_configs").path(0).path("targets").path(0).asText()
              + job.path("metrics_path").asText());
    }

    // Then
    SERVICES.forEach(
        (job, folder) -> {
          String properties = text(folder.resolve("src/main/resources/application.properties"));
          // A service that serves more than health and metrics has another port for these.
          String port =
              setting(properties, "quarkus\\.management\\.port")
                  .or(() -> setting(properties, "quarkus\\.http\\.port"))
                  .orElseThrow();
          assertThat(jobs).containsEntry(job, "127.0.0.1:" + port + "/q/metrics");
        });
  }

  @Test
  void theDocumentHasTheMetricsOfEachServiceWithTheirLabels() {
    String document = text(Path.of("../../docs/metrics.md"));
    SERVICES.forEach(
        (job, folder) -> {
          String section = section(document, folder.getFileName().toString());
          MetricNames documented =
              MetricNames.listed(String.join("\n", found(DOCUMENTED_METRIC, section)));
          assertThat(documented.labels())
              .as(job)
              .isNotEmpty()
              .isEqualTo(listed(folder).own().labels());
        });
  }

  private static String section(String document, String heading) {
    String start = "\n## " + heading + "\n";
    assertThat(document).contains(start);
    return document.split(Pattern.quote(start), 2)[1].split("\n## ", 2)[0];
  }

  private static Optional<String> setting(String properties, String name) {
    Matcher matcher = Pattern.compile("(?m)^" + name + "=(\\d+)$").matcher(properties);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static List<JsonNode> rules() {
    List<JsonNode> rules = new ArrayList<>();
    yaml(Path.of("alerts.yml")).path("groups").forEach(g -> g.path("rules").forEach(rules::add));
    return rules;
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static JsonNode json(Path file) {
    return read(new ObjectMapper(), file);
  }

  private static JsonNode yaml(Path file) {
    return read(new YAMLMapper(), file);
  }

  private static JsonNode read(ObjectMapper mapper, Path file) {
    try {
      return mapper.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
