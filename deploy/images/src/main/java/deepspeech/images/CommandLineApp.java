package deepspeech.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Reads the packaged {@code deepspeech} command: its jar, and those of its libraries that it needs
 * in a container.
 */
final class CommandLineApp {
  static final String START = ProgramLayers.HOME + "/deepspeech.jar";

  private static final String MODULE = "deepspeech:cli";

  private CommandLineApp() {}

  /**
   * Reads a folder.
   *
   * @param folder the jars in the layout of a Maven repository
   * @throws ImageException if the command is missing, or a jar is not on its class path, as one of
   *     an earlier build
   */
  static PackagedProgram read(Path folder) throws IOException {
    Map<String, PackagedProgram.Library> jars = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      for (Path jar : PackagedProgram.files(folder)) {
        if (jar.toString().endsWith(".jar")) {
          Artifact artifact = Artifact.ofRepository(folder.relativize(jar));
          String place =
              artifact.library().equals(MODULE)
                  ? START
                  : ProgramLayers.HOME + "/lib/" + jar.getFileName();
          jars.put(place, new PackagedProgram.Library(jar, artifact));
        }
      }
    }
    if (!jars.containsKey(START)) {
      throw new ImageException(
          "%s has no packaged command line; build it with mvn package".formatted(folder));
    }
    Set<String> classPath = classPath(jars.get(START).jar());
    for (Map.Entry<String, PackagedProgram.Library> jar : jars.entrySet()) {
      if (!jar.getKey().equals(START) && !classPath.contains(jar.getKey())) {
        throw new ImageException(
            "%s is not on the class path of the command line; mvn clean removes jars of earlier builds"
                .formatted(jar.getValue().jar()));
      }
    }
    return new PackagedProgram(jars, Map.of(), START);
  }

  /** The paths in the image that the manifest of the command's jar names. */
  private static Set<String> classPath(Path jar) throws IOException {
    Set<String> classPath = new TreeSet<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String value =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      if (value != null) {
        Arrays.stream(value.split(" ", -1))
            .forEach(name -> classPath.add(ProgramLayers.HOME + "/" + name));
      }
    }
    return classPath;
  }
}
