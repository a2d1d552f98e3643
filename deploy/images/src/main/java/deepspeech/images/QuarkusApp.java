package deepspeech.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A packaged service: Quarkus' folder {@code quarkus-app}.
 *
 * @param folder the folder
 * @param libraries path of each jar below {@code lib}, and its coordinates
 */
record QuarkusApp(Path folder, Map<Path, Artifact> libraries) {
  private static final String LIST = "quarkus-app-dependencies.txt";

  /**
   * Reads a folder.
   *
   * @throws ImageException if it is missing, or has a jar of unknown coordinates
   */
  static QuarkusApp read(Path folder) throws IOException {
    Path list = folder.resolve(LIST);
    if (!Files.isRegularFile(list) || !Files.isRegularFile(folder.resolve("quarkus-run.jar"))) {
      throw new ImageException(
          "%s is not a packaged service; build it with mvn package".formatted(folder));
    }
    Map<String, Artifact> known = new TreeMap<>();
    for (String line : Files.readAllLines(list)) {
      Artifact artifact = Artifact.read(line);
      known.put(artifact.fileName(), artifact);
    }
    Map<Path, Artifact> libraries = new LinkedHashMap<>();
    for (Path jar : files(folder.resolve("lib"))) {
      Artifact artifact = known.get(jar.getFileName().toString());
      if (artifact == null) {
        throw new ImageException("%s is not in %s".formatted(jar, list));
      }
      libraries.put(jar, artifact);
    }
    return new QuarkusApp(folder, libraries);
  }

  /** The files in a folder and below, in the order of their paths. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** The version of a library, if the service has it. */
  Optional<String> version(String library) {
    return libraries.values().stream()
        .filter(artifact -> artifact.library().equals(library))
        .map(Artifact::version)
        .findFirst();
  }

  /** The path of a file of the application in the image. */
  String pathInImage(Path file) {
    return ServiceLayers.HOME + "/" + folder.relativize(file);
  }
}
