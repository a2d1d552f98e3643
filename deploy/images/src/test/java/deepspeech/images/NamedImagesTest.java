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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The images that the manifests and the compose files name. */
class NamedImagesTest {
  private static final Pattern IMAGE =
      Pattern.compile("(?:image|name|newName): deepspeech/([a-z-]+)");

  private static final Pattern TAG =
      Pattern.compile("deepspeech/[a-z-]+(?::|, newTag: )([^\\s}]+)");

  /** The tag of the images that are built without {@code --tag}. */
  static final String DEFAULT_TAG =
      BuildImages.commandLine().getCommandSpec().findOption("--tag").defaultValue();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kubernetes/base/kustomization.yaml",
        "kubernetes/examples/train/kustomization.yaml",
        "compose/compose.yaml",
        "compose/compose.gpu.yaml"
      })
  void eachOneHasTheTagThatABuildGivesIt(String file) throws IOException {
    // When
    List<String> tags =
        TAG.matcher(Files.readString(Path.of("..", file)))
            .results()
            .map(found -> found.group(1))
            .toList();

    // Then
    assertThat(tags).isNotEmpty().containsOnly(DEFAULT_TAG);
  }

  @Test
  void eachOneIsBuiltAndEachThatIsBuiltIsUsed() throws IOException {
    // Given
    Set<String> built =
        Arrays.stream(ImagedProgram.values())
            .map(ImagedProgram::image)
            .collect(Collectors.toCollection(TreeSet::new));
    built.add(TorchFlavor.read("cu128", TorchFlavor.LIBTORCH).imageOf(ImagedProgram.TRAINER));

    // When
    Set<String> named = new TreeSet<>();
    for (Path file : manifests()) {
      IMAGE
          .matcher(Files.readString(file))
          .results()
          .map(found -> found.group(1))
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
