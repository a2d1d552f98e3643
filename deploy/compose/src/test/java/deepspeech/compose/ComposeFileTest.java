package deepspeech.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class ComposeFileTest {
  private static final Path FILE = Path.of("compose.yaml");
  private static final Path GPU = Path.of("compose.gpu.yaml");
  private static final String TOOL = "docker-compose";
  private static final Pattern MEMORY =
      Pattern.compile("limits:[^}]*?memory: (\\w+)", Pattern.DOTALL);
  private static final Pattern NEEDED = Pattern.compile("(\\d+) GB of memory");
  private static final long GIB = 1L << 30;
  private static final Pattern DOCUMENTED = Pattern.compile("`([A-Z][A-Z0-9_]+)`");

  @ParameterizedTest
  @ValueSource(strings = {"trainer", "evaluator", "data-prep", "dashboard", "deepspeech"})
  void aServiceHasNoMoreRightsThanItsPodHas(String name) throws IOException {
    // When
    Map<String, Object> service = service(name);

    // Then
    assertThat(service)
        .containsEntry("user", "10001:10001")
        .containsEntry("read_only", true)
        .containsEntry("cap_drop", List.of("ALL"))
        .containsEntry("security_opt", List.of("no-new-privileges:true"));
  }

  @ParameterizedTest
  @CsvSource({
    "compose.yaml, trainer, base/trainer.yaml",
    "compose.yaml, evaluator, base/evaluator.yaml",
    "compose.yaml, data-prep, base/data-prep.yaml",
    "compose.yaml, dashboard, base/dashboard.yaml",
    "compose.yaml, deepspeech, examples/command-line/job.yaml",
    "compose.yaml, kafka, overlays/local/kafka.yaml",
    "compose.yaml, s3, overlays/local/s3.yaml",
    "compose.gpu.yaml, trainer, components/gpu/trainer.yaml"
  })
  void aServiceHasTheMemoryThatItsPodHas(String file, String name, String pod) throws IOException {
    // Given
    Matcher limit = MEMORY.matcher(Files.readString(Path.of("../kubernetes").resolve(pod)));
    assertThat(limit.find()).as("a limit in %s", pod).isTrue();

    // When
    Map<String, Object> service = services(Path.of(file)).get(name);

    // Then
    assertThat(bytes(String.valueOf(service.get("mem_limit")))).isEqualTo(bytes(limit.group(1)));
  }

  @Test
  void theMemoryThatTheReadmeNamesIsEnoughForAllThatUpStarts() throws IOException {
    // Given
    Matcher documented = NEEDED.matcher(Files.readString(Path.of("README.md")));
    assertThat(documented.find()).as("%s in README.md", NEEDED).isTrue();

    // When
    long limits = 0;
    for (Map<String, Object> service : services().values()) {
      if (!service.containsKey("profiles")) {
        limits += bytes(String.valueOf(service.get("mem_limit")));
      }
    }

    // Then
    assertThat(Long.parseLong(documented.group(1)) * GIB)
        .isBetween(limits + 2 * GIB, limits + 4 * GIB);
  }

  @Test
  void nothingListensForOtherMachines() throws IOException {
    // When
    List<String> ports =
        services().values().stream()
            .flatMap(service -> ((List<?>) service.getOrDefault("ports", List.of())).stream())
            .map(String::valueOf)
            .toList();

    // Then
    assertThat(ports).hasSize(3).allMatch(port -> port.startsWith("127.0.0.1:"));
  }

  @Test
  void theVariablesOfTheServicesAreDocumented() throws IOException {
    // Given
    Set<String> documented = new TreeSet<>();
    DOCUMENTED
        .matcher(Files.readString(Path.of("../../docs/configuration.md")))
        .results()
        .forEach(name -> documented.add(name.group(1)));

    // When
    Set<String> used = new TreeSet<>();
    for (String name : List.of("trainer", "evaluator", "data-prep", "dashboard", "deepspeech")) {
      used.addAll(environment(name).keySet());
    }

    // Then
    assertThat(used).hasSizeGreaterThan(10);
    assertThat(documented).containsAll(used);
  }

  @Test
  void theImagesAreThoseOfTheManifestsForKubernetes() throws IOException {
    // Given
    String manifests =
        Files.readString(Path.of("../kubernetes/base/kustomization.yaml"))
            + Files.readString(Path.of("../kubernetes/overlays/local/kustomization.yaml"))
            + Files.readString(Path.of("../kubernetes/examples/train/kustomization.yaml"));

    // When
    List<String> images =
        services().values().stream().map(service -> String.valueOf(service.get("image"))).toList();

    // Then
    assertThat(images)
        .hasSize(7)
        .allSatisfy(
            image ->
                assertThat(manifests)
                    .contains("{name: %s}".formatted(image.replace(":", ", newTag: "))));
  }

  @Test
  void composeReadsTheFiles(@TempDir Path folder) throws Exception {
    // Given
    boolean isInstalled =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, TOOL)));
    if (!isInstalled) {
      System.out.println(TOOL + " is not on the PATH: the compose files are not read by it");
    }
    assumeTrue(isInstalled);
    ProcessBuilder compose =
        new ProcessBuilder(
            TOOL,
            "-f",
            FILE.toAbsolutePath().toString(),
            "-f",
            GPU.toAbsolutePath().toString(),
            "config",
            "--quiet");
    compose.environment().put("DASHBOARD_TOKEN", "at-least-16-characters");

    // When
    Process process = compose.directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    // Then
    assertThat(output).isEmpty();
    assertThat(process.waitFor()).isZero();
  }

  private static Map<String, Object> service(String name) throws IOException {
    return services().get(name);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> environment(String name) throws IOException {
    return (Map<String, Object>) service(name).get("environment");
  }

  private static Map<String, Map<String, Object>> services() throws IOException {
    return services(FILE);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> services(Path path) throws IOException {
    Map<String, Object> file = new Yaml().load(Files.readString(path));
    return (Map<String, Map<String, Object>>) file.get("services");
  }

  /** Of a quantity as Compose (6g, 512m) or Kubernetes (6Gi, 512Mi) writes it. */
  private static long bytes(String quantity) {
    Matcher parts = Pattern.compile("(\\d+)([gm]|Gi|Mi)").matcher(quantity);
    assertThat(parts.matches()).as("quantity \"%s\"", quantity).isTrue();
    long unit = parts.group(2).toLowerCase(Locale.ROOT).startsWith("g") ? GIB : GIB / 1024;
    return Long.parseLong(parts.group(1)) * unit;
  }
}
