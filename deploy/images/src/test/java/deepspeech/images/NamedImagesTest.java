package deepspeech.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The images that the manifests and the compose files name. */
class NamedImagesTest {
  private static final Pattern IMAGE =
      Pattern.compile("(?:image|name|newName): deepspeech/([a-z-]+)");

  /** {@code --flavor} makes it of the trainer; whoever pushes it gives it this name. */
  private static final String CUDA = "trainer-service-cuda";

  @Test
  void eachOneIsBuiltAndEachThatIsBuiltIsUsed() throws IOException {
    // Given
    Set<String> built =
        Arrays.stream(ImagedProgram.values())
            .map(ImagedProgram::image)
            .collect(Collectors.toCollection(TreeSet::new));

    // When
    Set<String> named = new TreeSet<>();
    for (Path file : manifests()) {
      IMAGE
          .matcher(Files.readString(file))
          .results()
          .map(found -> found.group(1))
          .filter(name -> !name.equals(CUDA))
          .forEach(named::add);
    }

    // Then
    assertThat(named).isEqualTo(built);
  }

  private static List<Path> manifests() throws IOException {
    try (Stream<Path> kubernetes = Files.walk(Path.of("../kubernetes"));
        Stream<Path> compose = Files.list(Path.of("../compose"))) {
      return Stream.concat(kubernetes, compose)
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.toString().contains("/target/"))
          .toList();
    }
  }
}
