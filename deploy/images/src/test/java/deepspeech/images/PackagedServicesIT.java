package deepspeech.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of the services that the build has packaged, on a made-up base. */
@Tag("integration")
class PackagedServicesIT {
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
    Path app = PackagedImage.ROOT.resolve(module).resolve("target/quarkus-app");
    assumeThat(app.resolve("quarkus-run.jar")).isRegularFile();

    // When
    PackagedImage built = PackagedImage.build(module, folder);
    ArchivedImage image = built.content();

    // Then
    assertThat(image.files())
        .containsAll(
            PackagedProgram.files(app).stream()
                .filter(file -> !file.endsWith("quarkus-app-dependencies.txt"))
                .map(file -> "/deepspeech/" + app.relativize(file))
                .toList())
        .anyMatch(file -> file.endsWith("/" + library))
        .noneMatch(file -> file.startsWith(NativeRule.NATIVES + "/" + foreign));
    List<String> jars = built.jars();
    for (String jar : jars) {
      assertThat(image.entriesOf(jar)).as(jar).noneMatch(NativeRule::isNative);
    }
    assertThat(places(image.content(BillOfMaterials.PLACE))).containsAll(jars);
    assertThat(built.bytes()).isLessThan(megabytes * MEGABYTE);
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
