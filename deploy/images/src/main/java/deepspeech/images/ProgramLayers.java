package deepspeech.images;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an image adds to its base, in layers from the one that changes most rarely: the Java
 * runtime, native libraries, jars of others, the application. Files belong to root and have one
 * time, so that the same input gives the same digest.
 */
final class ProgramLayers {
  /** The folder of a program in its image. */
  static final String HOME = "/deepspeech";

  /** The folder of the Java runtime, if it is not in the base. */
  static final String JAVA = "/opt/java";

  /** Names of the layers, from the lowest, as docs/images.md has them. */
  private static final String RUNTIME = "Java runtime";

  private static final String NATIVES = "native libraries";
  private static final String DEPENDENCIES = "jars of others";
  private static final String APPLICATION = "application";

  private static final Instant TIME = Instant.ofEpochSecond(1);
  private static final FilePermissions FILE = FilePermissions.fromOctalString("644");
  private static final FilePermissions FOLDER = FilePermissions.fromOctalString("755");
  private static final String ROOT = "0:0";
  private static final String OWNER = "10001:10001";

  private final PackagedProgram app;
  private final LeanJars jars;
  private final Map<String, Path> dependencies = new TreeMap<>();
  private final Map<String, Path> application = new TreeMap<>();
  private final Map<String, Artifact> artifacts = new TreeMap<>();

  private ProgramLayers(PackagedProgram app, LeanJars jars) {
    this.app = app;
    this.jars = jars;
  }

  /**
   * Prepares the files of an application.
   *
   * @param staging folder for changed files
   */
  static ProgramLayers of(PackagedProgram app, TorchFlavor torch, Path staging) throws IOException {
    String djl = app.version("ai.djl:api").orElse("");
    ProgramLayers layers =
        new ProgramLayers(app, new LeanJars(NativeRule.all(torch, djl), staging));
    for (Map.Entry<String, PackagedProgram.Library> library : app.libraries().entrySet()) {
      String place = library.getKey();
      Artifact artifact = library.getValue().artifact();
      Path jar = layers.jars.lean(library.getValue().jar(), artifact);
      layers.artifacts.put(place, artifact);
      (artifact.isOwn() ? layers.application : layers.dependencies).put(place, jar);
    }
    layers.application.putAll(app.others());
    return layers;
  }

  PackagedProgram app() {
    return app;
  }

  /** Native libraries by their path in the image. */
  Map<String, LeanJars.NativeLibrary> natives() {
    return jars.natives();
  }

  /** The options of the JVM for the native libraries. */
  List<String> options() {
    return jars.options();
  }

  /** The jars and other files of the application by their path in the image. */
  Map<String, Path> files() {
    Map<String, Path> files = new TreeMap<>(dependencies);
    files.putAll(application);
    return files;
  }

  /** Coordinates of the jars by their path in the image. */
  Map<String, Artifact> artifacts() {
    return artifacts;
  }

  /**
   * The layers.
   *
   * @param runtime folder of a Java runtime
   * @param documents further files by their path in the image
   * @param empty an empty folder
   */
  List<FileEntriesLayer> build(Optional<Path> runtime, Map<String, Path> documents, Path empty)
      throws IOException {
    List<FileEntriesLayer> layers = new ArrayList<>();
    if (runtime.isPresent()) {
      Map<String, Path> files = new LinkedHashMap<>();
      for (Path file : PackagedProgram.files(runtime.get())) {
        files.put(JAVA + "/" + runtime.get().relativize(file), file);
      }
      layers.add(layer(RUNTIME, files));
    }
    Map<String, Path> natives = new TreeMap<>();
    natives().forEach((place, library) -> natives.put(place, library.file()));
    layers.add(layer(NATIVES, natives));
    layers.add(layer(DEPENDENCIES, dependencies));
    Map<String, Path> last = new TreeMap<>(application);
    last.putAll(documents);
    layers.add(
        layer(APPLICATION, last).toBuilder()
            .addEntry(empty, AbsoluteUnixPath.get(ImagedProgram.WORK), FOLDER, TIME, OWNER)
            .build());
    return layers;
  }

  private static FileEntriesLayer layer(String name, Map<String, Path> files) {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    files.forEach(
        (place, file) ->
            layer.addEntry(
                new FileEntry(
                    file,
                    AbsoluteUnixPath.get(place),
                    Files.isExecutable(file) ? FOLDER : FILE,
                    TIME,
                    ROOT)));
    return layer.build();
  }
}
