package deepspeech.cli;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.cli.build.Reactor;
import deepspeech.cli.stack.ProcessIdentity;
import deepspeech.messages.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code deploy/local/deepspeech} in a copy of the repository's shape, with fake tools.
 */
class StartScriptTest {
  private static final List<String> SERVICES =
      List.of("data-prep-service", "trainer-service", "evaluator-service", "dashboard");
  private static final String ALL = "cli,data-tools," + String.join(",", SERVICES);
  private static final List<String> TOOLS =
      List.of("bash", "dirname", "readlink", "sed", "head", "find", "sort", "cat");

  @TempDir private Path temporary;
  private Path root;
  private Path script;
  private Path tools;

  @BeforeEach
  void copyRepositoryShape() throws IOException {
    root = temporary.toRealPath().resolve("repository");
    tools = Files.createDirectories(temporary.resolve("bin"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), which(tool));
    }
    script = Files.createDirectories(root.resolve("deploy/local")).resolve("deepspeech");
    Files.copy(Path.of("../deploy/local/deepspeech"), script);
    Files.createFile(root.resolve("pom.xml"));
    fakeJava("17.0.15");
    fakeMaven("3.8.7");
  }

  @Test
  void anOldJavaIsRefusedInOneLine() throws Exception {
    // Given
    fakeJava("11.0.2");

    // When
    Result result = run(script, "status");

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output())
        .isEqualTo(
            "deepspeech: %s/java is Java 11; a JDK 17 or later is needed\n".formatted(tools));
  }

  @Test
  void withoutJavaOneLineIsPrinted() throws Exception {
    // Given
    Files.delete(tools.resolve("java"));

    // When
    Result result = run(script, "status");

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output())
        .isEqualTo("deepspeech: java is not on the PATH; install a JDK 17 or later\n");
  }

  @Test
  void anOldMavenIsRefusedInOneLine() throws Exception {
    // Given
    fakeMaven("3.6.3");

    // When
    Result result = run(script, "status");

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output())
        .isEqualTo("deepspeech: mvn is Maven 3.6.3; 3.8.7 or later is needed\n");
  }

  @Test
  void withoutMavenOneLineIsPrinted() throws Exception {
    // Given
    Files.delete(tools.resolve("mvn"));

    // When
    Result result = run(script, "status");

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output())
        .isEqualTo("deepspeech: mvn is not on the PATH; install Maven 3.8.7 or later\n");
  }

  @Test
  void whatIsMissingIsBuiltAndReportedThenTheCommandRuns() throws Exception {
    // When
    Result result = run(script, "status", "a run");

    // Then
    assertThat(result.status()).isZero();
    assertThat(result.output().lines())
        .containsExactly(
            "Building (the first build takes some minutes and downloads dependencies)",
            "mvn -q -B -T 1C -Dmaven.test.skip=true -pl cli -am package",
            "java deepspeech.jar [status] [a run]");
  }

  @Test
  void aFailedBuildIsNoStart() throws Exception {
    // Given
    fake("mvn", "[ \"$1\" != -version ] || { echo 'Apache Maven 3.9.9'; exit; }\nexit 1");

    // When
    Result result = run(script, "status");

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).endsWith("deepspeech: the build failed\n");
  }

  @Test
  void whatIsBuiltIsNotBuiltAgain() throws Exception {
    // Given
    build(Instant.now().plusSeconds(60));

    // When
    Result result = run(script, "demo", "--exit");

    // Then
    assertThat(result.output()).isEqualTo("java deepspeech.jar [demo] [--exit]\n");
  }

  @Test
  void aSourceNewerThanItsJarIsBuilt() throws Exception {
    // Given
    build(Instant.now().plusSeconds(60));
    Path source = Files.createDirectories(root.resolve("messages/src/main")).resolve("A.java");
    Files.createFile(source);
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(120)));

    // When
    Result result = run(script, "demo");

    // Then
    assertThat(result.output())
        .contains("mvn -q -B -T 1C -Dmaven.test.skip=true -pl %s -am package\n".formatted(ALL));
  }

  @Test
  void aPartIsBuiltAgainAfterAChangeInAnyModuleOfIt() throws Exception {
    // Given
    Reactor reactor = Reactor.read(Path.of(".."), Set.of());
    List<String> parts = List.of(ALL.split(","));
    build(Instant.now().plusSeconds(60));

    for (String module : reactor.modules()) {
      // When
      Path source = Files.createDirectories(root.resolve(module + "/src/main")).resolve("A.java");
      Files.createFile(source);
      Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(120)));
      Result result = run(script, "up");
      Files.delete(source);

      // Then
      assertThat(BuildCall.of(result.output()).modules())
          .as("parts that contain %s", module)
          .containsExactlyElementsOf(
              parts.stream().filter(part -> reactor.packagedWith(part).contains(module)).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'',cli",
    "--help,cli",
    "status,cli",
    "train,cli",
    "--verbose status,cli",
    "demo --help,cli",
    "up -h,cli",
    "chaos --exit --help,cli",
    "--verbose demo --version,cli",
    "--help prepare,cli",
    "help,cli",
    "help demo,cli",
    "help prepare,'cli,data-tools'",
    "prepare,'cli,data-tools'",
    "prepare --help,'cli,data-tools'",
    "--verbose check,'cli,data-tools'",
  })
  void aCommandWaitsForTheModulesOfWhatItRunsAlone(String line, String parts) throws Exception {
    // When
    Result result = run(script, line.isEmpty() ? new String[0] : line.split(" "));

    // Then
    BuildCall call = BuildCall.of(result.output());
    Reactor reactor = Reactor.read(Path.of(".."), call.properties());
    assertThat(call.modules()).containsExactly(parts.split(","));
    // Maven counts dependencies of every scope, so the small module that tests share comes along.
    assertThat(reactor.builtFor(call.modules()))
        .filteredOn(module -> !module.equals("test-support"))
        .containsExactlyInAnyOrderElementsOf(
            call.modules().stream()
                .flatMap(part -> reactor.packagedWith(part).stream())
                .collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"demo", "--verbose demo", "--verbose up --data=here", "chaos", "benchmark"})
  void aStackWaitsForAllPartsAndHasTheMemoryForTheBroker(String line) throws Exception {
    // Given
    fakeJava("17.0.15", "printf 'java %s %s\\n' \"$1\" \"${*: -1}\"");

    // When
    Result result = run(script, line.split(" "));

    // Then
    assertThat(BuildCall.of(result.output()).modules()).containsExactly(ALL.split(","));
    assertThat(result.output())
        .contains("java -Xmx512m " + line.substring(line.lastIndexOf(' ') + 1));
  }

  @Test
  void aChangedPageIsBuilt() throws Exception {
    // Given
    build(Instant.now().plusSeconds(60));
    Path page =
        Files.createDirectories(root.resolve("dashboard/src/main/resources")).resolve("index.html");
    Files.createFile(page);
    Files.setLastModifiedTime(page, FileTime.from(Instant.now().plusSeconds(120)));

    // When
    Result result = run(script, "up");

    // Then
    assertThat(result.output())
        .contains("mvn -q -B -T 1C -Dmaven.test.skip=true -pl dashboard -am package\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "check", "pack", "prepare", "train", "up", "demo"})
  void underARunningStackNothingIsBuiltAndThatIsReported(String command) throws Exception {
    // Given
    build(Instant.EPOCH);
    running("{\"pid\":%d}".formatted(ProcessHandle.current().pid()));

    // When
    Result result = run(script, command);

    // Then
    assertThat(result.output().lines())
        .containsExactly(
            "deepspeech: using the existing build although sources are newer: a running stack uses it;"
                + " stop the stack to rebuild",
            "java deepspeech.jar [%s]".formatted(command));
  }

  @Test
  void underARunningStackThatIsUpToDateNothingIsPrinted() throws Exception {
    // Given
    build(Instant.now().plusSeconds(60));
    running(Json.writeText(Map.of("pid", ProcessHandle.current().pid())));

    // When
    Result result = run(script, "prepare");

    // Then
    assertThat(result.output()).isEqualTo("java deepspeech.jar [prepare]\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "check", "pack", "prepare", "up"})
  void whatAKilledStackLeftBehindKeepsNothingFromBeingBuilt(String command) throws Exception {
    // Given
    build(Instant.EPOCH);
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    running("{\"pid\":%d,\"process_start\":\"2026-01-01T00:00:00Z\"}".formatted(gone.pid()));

    // When
    Result result = run(script, command);

    // Then
    assertThat(result.output())
        .contains("mvn -q -B -T 1C -Dmaven.test.skip=true -pl cli")
        .endsWith("java deepspeech.jar [%s]\n".formatted(command));
  }

  @Test
  void aProcessThatHasTheIdOfAKilledStackIsNotTakenForIt() throws Exception {
    // Given
    build(Instant.EPOCH);
    long self = ProcessHandle.current().pid();
    String identity = ProcessIdentity.of(self).orElseThrow();

    // When
    running("{\"pid\":%d,\"process_identity\":\"%s\"}".formatted(self, identity));
    Result same = run(script, "status");
    running("{\"pid\":%d,\"process_identity\":\"%s1\"}".formatted(self, identity));
    Result other = run(script, "status");

    // Then
    assertThat(same.output()).startsWith("deepspeech: using the existing build");
    assertThat(other.output())
        .contains("mvn -q -B -T 1C -Dmaven.test.skip=true -pl cli -am package\n");
  }

  @Test
  void itWorksThroughSymbolicLinksFromAnotherDirectory() throws Exception {
    // Given
    build(Instant.now().plusSeconds(60));
    Path links = Files.createDirectories(temporary.resolve("links"));
    Path first = Files.createSymbolicLink(links.resolve("first"), script);
    Path second = Files.createSymbolicLink(links.resolve("second"), Path.of("first"));
    assertThat(first).isSymbolicLink();

    // When
    Result result = run(second, "status");

    // Then
    assertThat(result.output()).isEqualTo("java deepspeech.jar [status]\n");
  }

  @Test
  void javaRunsUnderAUnicodeLocaleWhateverTheEnvironment() throws Exception {
    // Given
    build(Instant.now().plusSeconds(60));
    fake(
        "java",
        """
        if [ "$1" = -version ]; then echo 'openjdk version "17.0.15" 2025-01-01' >&2; exit; fi
        echo "java under $LC_ALL"
        """);

    // When
    Result result = run(script, "status");

    // Then
    assertThat(result.output()).isEqualTo("java under C.UTF-8\n");
  }

  private Result run(Path command, String... arguments) throws Exception {
    List<String> line = new java.util.ArrayList<>(List.of("bash", command.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line).directory(temporary.toFile()).redirectErrorStream(true);
    builder.environment().put("PATH", tools.toString());
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private void running(String state) throws IOException {
    Files.writeString(
        Files.createDirectories(root.resolve("deploy/local/data")).resolve("running.json"), state);
  }

  /** Puts the jars where the build puts them. */
  private void build(Instant time) throws IOException {
    for (String service : SERVICES) {
      jar(root.resolve(service + "/target/quarkus-app/quarkus-run.jar"), time);
    }
    jar(root.resolve("data-tools/target/data-tools.jar"), time);
    jar(root.resolve("cli/target/deepspeech.jar"), time);
  }

  private static void jar(Path jar, Instant time) throws IOException {
    Files.createDirectories(jar.getParent());
    Files.createFile(jar);
    Files.setLastModifiedTime(jar, FileTime.from(time));
  }

  private void fakeJava(String version) throws IOException {
    fakeJava(
        version,
        """
        while [ "$1" != -jar ]; do shift; done
        jar=$2; shift 2
        printf 'java %s' "${jar##*/}"; printf ' [%s]' "$@"; echo
        """);
  }

  private void fakeJava(String version, String body) throws IOException {
    fake(
        "java",
        """
        if [ "$1" = -version ]; then echo 'openjdk version "%s" 2025-01-01' >&2; exit; fi
        """
                .formatted(version)
            + body);
    fake("javac", "exit 0");
  }

  private void fakeMaven(String version) throws IOException {
    fake(
        "mvn",
        """
        if [ "$1" = -version ]; then echo 'Apache Maven %s (abc)'; exit; fi
        echo "mvn $*"
        """
            .formatted(version));
  }

  private void fake(String name, String body) throws IOException {
    Path tool = tools.resolve(name);
    Files.writeString(tool, "#!" + which("bash") + "\n" + body + "\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path which(String tool) {
    return List.of("/usr/bin", "/bin").stream()
        .map(folder -> Path.of(folder, tool))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow();
  }

  private record Result(int status, String output) {}

  /**
   * How the script called Maven.
   *
   * @param properties that it set
   * @param modules that it named, in their order
   */
  private record BuildCall(Set<String> properties, List<String> modules) {
    private static final Pattern PROPERTY = Pattern.compile("-D([^= ]+)");
    private static final Pattern MODULES = Pattern.compile("(?m)^mvn .*-pl (\\S+) -am package$");

    /** Without modules if Maven was not called. */
    static BuildCall of(String output) {
      return new BuildCall(
          PROPERTY
              .matcher(output)
              .results()
              .map(found -> found.group(1))
              .collect(Collectors.toSet()),
          MODULES
              .matcher(output)
              .results()
              .flatMap(found -> Stream.of(found.group(1).split(",")))
              .toList());
    }
  }
}
