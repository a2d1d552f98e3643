package deepspeech.images;

import static deepspeech.images.ImagedProgram.COMMAND_LINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The image of the packaged command line, whose jars run on the Java of the test. */
@Tag("integration")
class PackagedCommandLineIT {
  @TempDir private static Path folder;
  private static PackagedImage image;
  private static Path start;

  @BeforeAll
  static void build() throws Exception {
    assumeThat(COMMAND_LINE.module(PackagedImage.ROOT).resolve("target/lib")).isDirectory();
    image =
        PackagedImage.build(COMMAND_LINE.image(), Files.createDirectory(folder.resolve("build")));
    image.unpackJars(folder.resolve("root"));
    start = folder.resolve("root" + CommandLineApp.START);
  }

  /** Classes that only the local stack needs, and the demo corpus, are not in the image. */
  @Test
  void theCommandLineLacksClassesOfTheLocalStackAlone() throws Exception {
    // When
    Set<String> missing = missingClasses(start);

    // Then
    assertThat(missing)
        .containsExactlyInAnyOrder(
            "deepspeech.cli.corpus.SpeechSynthesizer",
            "deepspeech.cli.corpus.SpeechSynthesizer$Recorder",
            "deepspeech.cli.stack.LocalServers",
            "deepspeech.cli.stack.LocalStack",
            "deepspeech.cli.stack.ServiceEnvironment");
  }

  /** The limit is that of docs/images.md, without base and Java runtime. */
  @Test
  void itIsSmallAndHasTheNativeLibrariesOfEachCompression() {
    // When
    List<String> files = image.content().files();

    // Then
    assertThat(files)
        .contains(NativeRule.NATIVES + "/liblz4-java.so", NativeRule.NATIVES + "/libsnappyjava.so")
        .anyMatch(file -> file.startsWith(NativeRule.NATIVES + "/libzstd-jni"));
    assertThat(image.bytes()).isLessThan(48_000_000);
  }

  @ParameterizedTest
  @CsvSource({
    "0, '--help', Usage: deepspeech",
    "0, 'train --help', Usage: deepspeech train",
    "1, 'status', deepspeech status: no Kafka broker",
    "4, 'train --bootstrap-servers=127.0.0.1:1', deepspeech train: broker 127.0.0.1:1: not reachable",
    "4, 'export r --bootstrap-servers=127.0.0.1:1', deepspeech export: broker 127.0.0.1:1",
    "1, 'reproduce r', deepspeech reproduce: no Kafka broker",
    "0, 'simulate --hours=10 --gpus=1', ",
    "1, 'up', deepspeech up: not available here",
    "1, 'prepare --help', deepspeech prepare: not available here",
  })
  void aCommandInTheImageRunsOrSaysInOneLineWhyNot(int expected, String arguments, String output)
      throws Exception {
    // Given
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(COMMAND_LINE.options());
    command.addAll(List.of("-jar", start.toString()));
    command.addAll(List.of(arguments.split(" ", -1)));

    // When
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("KAFKA_"));
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    // Then
    assertThat(process.waitFor()).as(text).isEqualTo(expected);
    assertThat(text).contains(output == null ? "" : output).doesNotContain("Exception", "Error");
    if (expected != 0) {
      assertThat(text.lines()).hasSize(1);
    }
  }

  /** The classes of a jar that refer to a class which is neither in it nor on its class path. */
  private static Set<String> missingClasses(Path jar) throws IOException {
    String classPath =
        PackagedProgram.files(jar.resolveSibling("lib")).stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    StringWriter out = new StringWriter();
    int status =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                new PrintWriter(out),
                new PrintWriter(out),
                "--multi-release=17",
                "-cp",
                classPath,
                "-verbose:class",
                "-filter:none",
                jar.toString());
    assertThat(status).as(out.toString()).isZero();
    assertThat(out.toString()).contains("deepspeech.cli.Main");
    return out.toString()
        .lines()
        .filter(line -> line.startsWith("   ") && line.endsWith("not found"))
        .map(line -> line.strip().replaceFirst(" .*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
