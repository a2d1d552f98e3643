package deepspeech.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program, which has fewer libraries on its class path than a test. */
@Tag("integration")
class PackagedBuildIT {
  private static final Path JAR = Path.of("target/images.jar").toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void itPushesToARegistry() throws Exception {
    try (MemoryRegistry registry = MemoryRegistry.open()) {
      // Given
      FakeInstallation installation =
          FakeInstallation.in(Files.createDirectory(folder.resolve("root")));
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
      command.addAll(List.of("-jar", JAR.toString()));
      command.addAll(List.of("--base", "tar://" + installation.baseFile()));
      command.addAll(List.of("--output", folder.resolve("out").toString()));
      command.addAll(List.of("--root", installation.root().toString(), "--only", "command-line"));
      command.addAll(List.of("--push", registry.address() + "/team", "--allow-insecure"));

      // When
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      // Then
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(registry.manifest("team/command-line:" + NamedImagesTest.DEFAULT_TAG)).isPresent();
    }
  }
}
