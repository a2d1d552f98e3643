package deepspeech.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A packaged program with the paths of its files in the image.
 *
 * @param libraries the jars of which the build knows the coordinates
 * @param others files that the build has written
 * @param start the jar that {@code java -jar} starts
 */
record PackagedProgram(Map<String, Library> libraries, Map<String, Path> others, String start) {
  /** A jar and its coordinates. */
  record Library(Path jar, Artifact artifact) {}

  PackagedProgram {
    libraries = new TreeMap<>(libraries);
    others = new TreeMap<>(others);
  }

  /** The files in a folder and below, in the order of their paths. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** The version of a library, if the program has it. */
  Optional<String> version(String library) {
    return libraries.values().stream()
        .map(Library::artifact)
        .filter(artifact -> artifact.library().equals(library))
        .map(Artifact::version)
        .findFirst();
  }
}
