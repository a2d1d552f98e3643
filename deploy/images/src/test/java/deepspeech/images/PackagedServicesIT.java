package deepspeech.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Images of the services that the build has packaged, on a made-up base. */
@Tag("integration")
class PackagedServicesIT {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final long MEGABYTE = 1_000_000;

  @TempDir private Path folder;

  /** The limits are those of docs/images.md, without base and Java runtime. */
  @ParameterizedTest
  @CsvSource({
    "trainer-service, 530, onnxruntime, libtorch_cpu.so",
    "evaluator-service, 130, pytorch, libonnxruntime.so",
    "data-prep-service, 122, pytorch, libavcodec.so.62",
    "dashboard, 45, pytorch, libsnappyjava.so"
  })
  void anImageHasEveryJarWithoutNativeLibrariesAndABillOfThem(
      String module, int megabytes, String foreign, String library) throws Exception {
    // Given
    Path app = ROOT.resolve(module).resolve("target/quarkus-app");
    assumeThat(app.resolve("quarkus-run.jar")).isRegularFile();
    FakeInstallation fake = FakeInstallation.in(Files.createDirectory(folder.resolve("fake")));

    // When
    StringWriter error = new StringWriter();
    CommandLine commandLine =
        BuildImages.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(error));
    int status =
        commandLine.execute(
            "--root=" + ROOT,
            "--base=tar://" + fake.baseFile(),
            "--output=" + folder.resolve("out"),
            "--only=" + module);

    // Then
    assertThat(error.toString()).isEmpty();
    assertThat(status).isZero();
    Path archive = folder.resolve("out").resolve(module + ".tar");
    ArchivedImage image =
        ArchivedImage.read(
            archive, path -> path.endsWith(".jar") || path.equals(BillOfMaterials.PLACE));
    assertThat(image.files())
        .containsAll(
            QuarkusApp.files(app).stream()
                .filter(file -> !file.endsWith("quarkus-app-dependencies.txt"))
                .map(file -> "/deepspeech/" + app.relativize(file))
                .toList())
        .anyMatch(file -> file.endsWith("/" + library))
        .noneMatch(file -> file.startsWith(NativeRule.NATIVES + "/" + foreign));
    List<String> jars = image.files().stream().filter(file -> file.endsWith(".jar")).toList();
    for (String jar : jars) {
      assertThat(image.entriesOf(jar)).as(jar).noneMatch(NativeRule::isNative);
    }
    assertThat(places(image.content(BillOfMaterials.PLACE))).containsAll(jars);
    assertThat(LayerSizes.of(archive, List.of("natives", "dependencies", "application")).total())
        .satisfies(total -> assertThat(total.bytes()).isLessThan(megabytes * MEGABYTE));
  }

  private static List<String> places(byte[] bill) throws Exception {
    List<String> places = new ArrayList<>();
    for (JsonNode component : new ObjectMapper().readTree(bill).get("components")) {
      for (JsonNode occurrence : component.path("evidence").path("occurrences")) {
        places.add(occurrence.get("location").asText());
      }
    }
    return places;
  }
}
