package deepspeech.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Reads a packaged service: Quarkus' folder {@code quarkus-app}. */
final class QuarkusApp {
  private static final String LIST = "quarkus-app-dependencies.txt";
  private static final String START = "quarkus-run.jar";

  private QuarkusApp() {}

  /**
   * Reads a folder.
   *
   * @throws ImageException if it is missing, or has a jar of unknown coordinates
   */
  static PackagedProgram read(Path folder) throws IOException {
    Path list = folder.resolve(LIST);
    if (!Files.isRegularFile(list) || !Files.isRegularFile(folder.resolve(START))) {
      throw new ImageException(
          "%s is not a packaged service; build it with mvn package".formatted(folder));
    }
    Map<String, Artifact> known = new TreeMap<>();
    for (String line : Files.readAllLines(list)) {
      Artifact artifact = Artifact.read(line);
      known.put(artifact.fileName(), artifact);
    }
    Map<String, PackagedProgram.Library> libraries = new TreeMap<>();
    Map<String, Path> others = new TreeMap<>();
    for (Path file : PackagedProgram.files(folder)) {
      String place = ProgramLayers.HOME + "/" + folder.relativize(file);
      if (file.startsWith(folder.resolve("lib"))) {
        Artifact artifact = known.get(file.getFileName().toString());
        if (artifact == null) {
          throw new ImageException("%s is not in %s".formatted(file, list));
        }
        libraries.put(place, new PackagedProgram.Library(file, artifact));
      } else if (!file.equals(list)) {
        others.put(place, file);
      }
    }
    return new PackagedProgram(libraries, others, ProgramLayers.HOME + "/" + START);
  }
}
