package deepspeech.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Images of a small made-up trainer and of a made-up command line, as the program builds them. */
class BuildImagesTest {
  private static final String TORCH = "/deepspeech/natives/pytorch/";

  @TempDir private Path folder;
  private FakeInstallation installation;

  /** What a call of the command line gave. */
  private record Result(int status, String out, String error) {}

  @BeforeEach
  void makeInstallation() throws Exception {
    installation = FakeInstallation.in(Files.createDirectory(folder.resolve("root")));
  }

  @Test
  void anImageHasTheBaseTheRuntimeNativesDependenciesAndTheApplication() throws Exception {
    // When
    ArchivedImage image = image(build("out", "--runtime=" + installation.runtimeFolder()), "out");

    // Then
    assertThat(image.layers()).hasSize(5);
    assertThat(files(image, 0))
        .containsExactly("/./var/lib/dpkg/status.d/libstdc++6", "/etc/os-release");
    assertThat(files(image, 1)).containsExactly("/opt/java/bin/java", "/opt/java/release");
    assertThat(files(image, 2))
        .containsExactly(
            "/deepspeech/natives/libjnidispatch.so",
            TORCH + "0.35.1-libdjl_torch.so",
            TORCH + "libgomp-98b21ff3.so.1",
            TORCH + "libtorch.so");
    assertThat(files(image, 3))
        .containsExactly(
            "/deepspeech/lib/main/ai.djl.api-0.35.1.jar",
            "/deepspeech/lib/main/ai.djl.pytorch.pytorch-jni-2.7.1-0.35.1.jar",
            "/deepspeech/lib/main/ai.djl.pytorch.pytorch-native-cpu-2.7.1-linux-x86_64.jar",
            "/deepspeech/lib/main/net.java.dev.jna.jna-5.8.0.jar");
    assertThat(files(image, 4))
        .containsExactly(
            "/deepspeech/LICENSE",
            "/deepspeech/NOTICE",
            "/deepspeech/THIRD-PARTY.txt",
            "/deepspeech/app/trainer-service-0.1.0-SNAPSHOT.jar",
            "/deepspeech/lib/main/deepspeech.messages-0.1.0-SNAPSHOT.jar",
            "/deepspeech/licences/MIT.txt",
            "/deepspeech/quarkus-run.jar",
            "/deepspeech/quarkus/generated-bytecode.jar",
            "/deepspeech/sbom.cdx.json");
  }

  @Test
  void aContainerStartsWithoutShellAsAnotherUserThanRoot() throws Exception {
    // When
    ArchivedImage image = image(build("out", "--runtime=" + installation.runtimeFolder()), "out");

    // Then
    assertThat(image.config().get("User").asText()).isEqualTo("10001:10001");
    assertThat(texts(image.config().get("Entrypoint")))
        .containsExactly(
            "/opt/java/bin/java",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:MaxRAMPercentage=40",
            "-XX:-UsePerfData",
            "-Duser.home=/work",
            "-Djava.io.tmpdir=/work",
            "-Djna.boot.library.path=/deepspeech/natives",
            "-Djna.nounpack=true",
            "-jar",
            "/deepspeech/quarkus-run.jar");
    assertThat(texts(image.config().get("Env")))
        .contains(
            "PATH=/usr/bin",
            "LC_ALL=C.UTF-8",
            "DEEPSPEECH_WORK_DIR=/work",
            "PYTORCH_LIBRARY_PATH=/deepspeech/natives/pytorch",
            "PYTORCH_VERSION=2.7.1",
            "PYTORCH_FLAVOR=cpu");
    assertThat(image.config().get("ExposedPorts").fieldNames())
        .toIterable()
        .containsExactly("8081/tcp");
    TarArchiveEntry work = image.layers().get(4).get("/work");
    assertThat(work.isDirectory()).isTrue();
    assertThat(work.getLongUserId()).isEqualTo(10001);
  }

  @Test
  void onlyTheWorkFolderBelongsToTheUser() throws Exception {
    // When
    ArchivedImage image = image(build("out", "--runtime=" + installation.runtimeFolder()), "out");

    // Then
    for (Map<String, TarArchiveEntry> layer : image.layers().subList(1, 5)) {
      layer.forEach(
          (path, entry) -> {
            assertThat(entry.getMode() & 0777).as(path).isIn(0644, 0755);
            assertThat(entry.getLongUserId()).as(path).isEqualTo(path.equals("/work") ? 10001 : 0);
          });
    }
    assertThat(image.layers().get(1).get("/opt/java/bin/java").getMode() & 0111).isEqualTo(0111);
  }

  @Test
  void labelsSayWhatItIs() throws Exception {
    // When
    ArchivedImage image = image(build("out", "--revision=4711"), "out");

    // Then
    JsonNode labels = image.config().get("Labels");
    String prefix = "org.opencontainers.image.";
    assertThat(labels.get(prefix + "title").asText()).isEqualTo("trainer-service");
    assertThat(labels.get(prefix + "version").asText()).isEqualTo("0.1.0-SNAPSHOT");
    assertThat(labels.get(prefix + "revision").asText()).isEqualTo("4711");
    assertThat(labels.get(prefix + "licenses").asText()).startsWith("Apache-2.0 AND ");
  }

  @Test
  void noNativeLibraryIsLeftInAJar() throws Exception {
    // When
    ArchivedImage image = image(build("out"), "out");

    // Then
    List<String> entries = new ArrayList<>();
    for (String jar : image.files().stream().filter(file -> file.endsWith(".jar")).toList()) {
      entries.addAll(image.entriesOf(jar));
    }
    assertThat(entries)
        .contains("com/sun/jna/Native.class", "native/lib/pytorch.properties")
        .noneMatch(NativeRule::isNative);
    assertThat(image.content(TORCH + "libtorch.so"))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("pytorch/cpu/linux-x86_64/libtorch.so");
  }

  @Test
  void theBillOfMaterialsIsValidAndListsEveryFile() throws Exception {
    // When
    ArchivedImage image = image(build("out", "--runtime=" + installation.runtimeFolder()), "out");

    // Then
    byte[] bill = image.content(BillOfMaterials.PLACE);
    assertThat(new JsonParser().validate(bill, Version.VERSION_16)).isEmpty();
    List<String> places = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> packages = new ArrayList<>();
    for (JsonNode component : new ObjectMapper().readTree(bill).get("components")) {
      names.add(component.get("name").asText());
      packages.add(component.path("purl").asText());
      component
          .path("evidence")
          .path("occurrences")
          .forEach(one -> places.add(one.get("location").asText()));
    }
    assertThat(places)
        .containsAll(
            image.files().stream().filter(file -> file.matches(".*\\.(jar|so(\\.\\d+)*)")).toList())
        .contains("/opt/java");
    assertThat(names).contains("base.tar", "openjdk", "api", "libtorch.so");
    assertThat(packages).contains("pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64");
  }

  @Test
  void theSameInputGivesTheSameDigest() throws Exception {
    // When
    String first = build("first").out();
    Thread.sleep(1100); // Another second, which a file's time would show.
    Files.setLastModifiedTime(
        installation.baseFile(), java.nio.file.attribute.FileTime.fromMillis(0));
    String second = build("second").out();

    // Then
    assertThat(digest(first)).hasSize(71).isEqualTo(digest(second));
    assertThat(Files.mismatch(archive("first"), archive("second"))).isEqualTo(-1);
  }

  @Test
  void theTableHasTheSizeOfEachLayerUnderTheNameThatThePageHas() throws Exception {
    // Given
    List<String> names =
        Files.readAllLines(Path.of("../../docs/images.md")).stream()
            .dropWhile(line -> !line.startsWith("| layer |"))
            .takeWhile(line -> line.startsWith("|"))
            .filter(line -> !line.startsWith("|--"))
            .map(line -> line.split("\\|", -1)[1].strip().replace("*", ""))
            .toList();

    // When
    String out = build("out", "--runtime=" + installation.runtimeFolder()).out();

    // Then
    assertThat(out.lines().skip(1).map(line -> line.strip().split("  ", 2)[0]))
        .containsExactlyElementsOf(names);
  }

  @Test
  void theImageOfTheCommandLineTakesTheArgumentsOfACommand() throws Exception {
    // When
    ArchivedImage image =
        image(
            build("out", "--only=command-line", "--runtime=" + installation.runtimeFolder()),
            "out",
            "command-line");

    // Then
    assertThat(texts(image.config().get("Entrypoint")))
        .startsWith("/opt/java/bin/java")
        .contains(
            "-XX:MaxRAMPercentage=50",
            "-DZstdNativePath=/deepspeech/natives/libzstd-jni-1.5.6-10.so")
        // It would end with the status of a stopped run.
        .doesNotContain("-XX:+ExitOnOutOfMemoryError")
        .endsWith("-jar", "/deepspeech/deepspeech.jar");
    assertThat(image.config().get("Cmd")).isNull();
    assertThat(image.config().get("User").asText()).isEqualTo("10001:10001");
    assertThat(image.config().get("WorkingDir").asText()).isEqualTo("/work");
    assertThat(image.config().path("ExposedPorts")).isEmpty();
  }

  @Test
  void theImageOfTheCommandLineHasItsLibrariesWhereItsManifestNamesThem() throws Exception {
    // When
    ArchivedImage image = image(build("out", "--only=command-line"), "out", "command-line");

    // Then
    assertThat(files(image, 1)).containsExactly("/deepspeech/natives/libzstd-jni-1.5.6-10.so");
    assertThat(files(image, 2))
        .containsExactly(
            "/deepspeech/lib/kafka-clients-4.1.1.jar", "/deepspeech/lib/zstd-jni-1.5.6-10.jar");
    assertThat(files(image, 3))
        .containsExactly(
            "/deepspeech/LICENSE",
            "/deepspeech/NOTICE",
            "/deepspeech/THIRD-PARTY.txt",
            "/deepspeech/deepspeech.jar",
            "/deepspeech/lib/messages-0.1.0-SNAPSHOT.jar",
            "/deepspeech/licences/MIT.txt",
            "/deepspeech/sbom.cdx.json");
    List<String> packages = new ArrayList<>();
    for (JsonNode component :
        new ObjectMapper().readTree(image.content(BillOfMaterials.PLACE)).get("components")) {
      packages.add(component.path("purl").asText());
    }
    assertThat(packages)
        .contains(
            "pkg:maven/org.apache.kafka/kafka-clients@4.1.1?type=jar",
            "pkg:maven/deepspeech/cli@0.1.0-SNAPSHOT?type=jar");
  }

  @Test
  void aJarThatAnEarlierBuildOfTheCommandLineHasLeftIsRefused() throws Exception {
    // Given
    installation.libraryOfCommandLine("org.apache.kafka", "kafka-clients", "4.0.0", "Old.class");

    // When
    Result result = build("out", "--only=command-line");

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error().lines()).hasSize(1);
    assertThat(result.error())
        .contains(
            "kafka-clients-4.0.0.jar is not on the class path of the command line; mvn clean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"debian:12-slim", "registry.example.org/java@sha256:12", "two words"})
  void aBaseWithoutADigestIsRefused(String base) {
    // When
    Result result = run("--base=" + base, "--output=" + folder.resolve("out"));

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error().lines()).hasSize(1);
    assertThat(result.error())
        .startsWith("--base: \"" + base + "\"")
        .contains("allowed: tar://FILE, or a registry's image with its digest");
  }

  @Test
  void aBaseThatIsNoArchiveOfDockerIsRefused() throws Exception {
    // Given
    Path base = folder.resolve("oci.tar");
    Files.write(base, new byte[10240]);

    // When
    Result result = run("--base=tar://" + base, "--output=" + folder.resolve("out"));

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error())
        .isEqualTo(
            "--base: %s has no manifest.json; allowed: an archive as docker save writes it\n"
                .formatted(base));
  }

  @Test
  void aNativeLibraryThatNoRuleKnowsIsRefused() throws Exception {
    // Given
    installation.jar(FakeInstallation.LIBRARY + "ai.djl.api-0.35.1.jar", "linux/libnew.so");

    // When
    Result result = build("out");

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error())
        .isEqualTo(
            "ai.djl.api-0.35.1.jar has the native library linux/libnew.so, and no rule says where"
                + " it goes in an image\n");
    try (Stream<Path> left = Files.list(folder.resolve("out"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aJarWithoutALibraryForThisPlatformIsRefused() throws Exception {
    // Given
    installation.jar(
        FakeInstallation.LIBRARY + "net.java.dev.jna.jna-5.8.0.jar", "new/place/libjnidispatch.so");

    // When
    Result result = build("out");

    // Then
    assertThat(result.error())
        .isEqualTo(
            "net.java.dev.jna:jna has no library com/sun/jna/linux-x86-64/(libjnidispatch\\.so)\n");
  }

  @Test
  void aLibraryOfUnknownLicenceIsRefused() throws Exception {
    // Given
    installation.write(
        "trainer-service/target/generated-sources/license/THIRD-PARTY.txt", "Lists of nothing\n");

    // When
    Result result = build("out");

    // Then
    assertThat(result.error()).startsWith("the licence of ai.djl:api is not in ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--flavor=gpu", "--only=trainer", "--runtime=/nowhere"})
  void anOptionThatIsNotAllowedIsNamed(String option) {
    // When
    Result result = build("out", option);

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error()).startsWith(option.replaceFirst("=.*", ": "));
  }

  private Result build(String output, String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--base=tar://" + installation.baseFile());
    arguments.add("--output=" + folder.resolve(output));
    arguments.add("--root=" + installation.root());
    if (Stream.of(options).noneMatch(option -> option.startsWith("--only"))) {
      arguments.add("--only=trainer-service");
    }
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter error = new StringWriter();
    CommandLine commandLine =
        BuildImages.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(error));
    int status = commandLine.execute(arguments);
    return new Result(status, out.toString(), error.toString());
  }

  private ArchivedImage image(Result result, String output) throws Exception {
    return image(result, output, "trainer-service");
  }

  private ArchivedImage image(Result result, String output, String name) throws Exception {
    assertThat(result.error()).isEmpty();
    assertThat(result.status()).isZero();
    return ArchivedImage.read(folder.resolve(output).resolve(name + ".tar"), path -> true);
  }

  private Path archive(String output) {
    return folder.resolve(output).resolve("trainer-service.tar");
  }

  private static String digest(String out) {
    return out.lines().findFirst().orElseThrow().replaceFirst(".* ", "");
  }

  private static Iterable<String> files(ArchivedImage image, int layer) {
    TreeSet<String> files = new TreeSet<>();
    image
        .layers()
        .get(layer)
        .forEach(
            (path, entry) -> {
              if (entry.isFile()) {
                files.add(path);
              }
            });
    return files;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
