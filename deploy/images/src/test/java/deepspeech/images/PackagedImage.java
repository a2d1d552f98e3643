package deepspeech.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

/**
 * An image of a program that the build has packaged, on a made-up base and without Java runtime.
 *
 * @param content its files, with the content of jars and of the bill of materials
 * @param bytes what it adds to the base
 */
record PackagedImage(ArchivedImage content, long bytes) {
  static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  /** Builds an image in an empty folder. */
  static PackagedImage build(String name, Path folder) throws Exception {
    FakeInstallation fake = FakeInstallation.in(Files.createDirectory(folder.resolve("fake")));
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
            "--only=" + name);
    assertThat(error.toString()).isEmpty();
    assertThat(status).isZero();
    Path archive = folder.resolve("out").resolve(name + ".tar");
    return new PackagedImage(
        ArchivedImage.read(
            archive, path -> path.endsWith(".jar") || path.equals(BillOfMaterials.PLACE)),
        LayerSizes.of(archive, List.of("natives", "dependencies", "application")).total().bytes());
  }

  List<String> jars() {
    return content.files().stream().filter(file -> file.endsWith(".jar")).toList();
  }

  /** Writes the jars into a folder, below which they have their paths. */
  void unpackJars(Path folder) throws Exception {
    for (String jar : jars()) {
      Path file = folder.resolve(jar.substring(1));
      Files.createDirectories(file.getParent());
      Files.write(file, content.content(jar));
    }
  }
}
