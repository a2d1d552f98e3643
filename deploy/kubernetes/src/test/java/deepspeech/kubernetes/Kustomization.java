package deepspeech.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Renders folders with {@code kubectl kustomize}, where it is installed. */
final class Kustomization {
  /** The folder of this module, which has the manifests. */
  static final Path ROOT = Path.of("").toAbsolutePath();

  private static final String TOOL = "kubectl";
  private static final String MISSING =
      "kubectl 1.31 or later is not on the PATH: the manifests are not rendered";

  /** From 5.1 on, kustomize runs components after the generators beside them. */
  private static final Pattern VERSION = Pattern.compile("Kustomize Version: v(\\d+)\\.(\\d+)");

  private static final boolean IS_USABLE = isUsable();
  private static final Map<Path, RenderedResources> RENDERED = new ConcurrentHashMap<>();

  private Kustomization() {}

  /** The names of the overlays. */
  static List<String> overlays() {
    try (Stream<Path> folders = Files.list(ROOT.resolve("overlays"))) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Renders the examples, which are applied beside an overlay. */
  static Stream<RenderedResources> examples() {
    return Stream.of("train", "command-line").map(Kustomization::example);
  }

  /** Renders an example. Skips the test, with a line, if kubectl is not installed. */
  static RenderedResources example(String name) {
    return folder(ROOT.resolve("examples").resolve(name));
  }

  /** Renders an overlay. Skips the test, with a line, if kubectl is not installed. */
  static RenderedResources overlay(String name) {
    requireTool();
    return RENDERED.computeIfAbsent(ROOT.resolve("overlays").resolve(name), Kustomization::read);
  }

  /** Renders any folder. Skips the test, with a line, if kubectl is not installed. */
  static RenderedResources folder(Path folder) {
    requireTool();
    return read(folder);
  }

  /**
   * Renders a kustomization whose text is given. Skips the test, with a line, if kubectl is not
   * installed.
   *
   * @param text of kustomization.yaml, with ROOT for the folder of this module
   * @param folder where the file is written
   */
  static RenderedResources of(String text, Path folder) throws IOException {
    Path root = folder.toRealPath().relativize(ROOT.toRealPath());
    Files.writeString(folder.resolve("kustomization.yaml"), text.replace("ROOT", root.toString()));
    return folder(folder);
  }

  private static void requireTool() {
    assumeTrue(IS_USABLE, MISSING);
  }

  private static boolean isUsable() {
    boolean isUsable = isInstalled() && isNewEnough();
    if (!isUsable) {
      System.out.println(MISSING);
    }
    return isUsable;
  }

  private static boolean isInstalled() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, TOOL))
        .anyMatch(Files::isExecutable);
  }

  private static boolean isNewEnough() {
    Matcher version = VERSION.matcher(output("version", "--client"));
    return version.find()
        && (Integer.parseInt(version.group(1)) > 5 || Integer.parseInt(version.group(2)) >= 1);
  }

  private static RenderedResources read(Path folder) {
    try (MappingIterator<JsonNode> documents =
        new YAMLMapper()
            .readerFor(JsonNode.class)
            .readValues(output("kustomize", folder.toString()))) {
      List<RenderedResource> resources =
          documents.readAll().stream().map(RenderedResource::new).toList();
      assertThat(resources).as("resources of %s", folder).isNotEmpty();
      return new RenderedResources(folder.getFileName().toString(), resources);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read", e);
    }
  }

  private static String output(String... arguments) {
    List<String> command = new ArrayList<>(List.of(TOOL));
    command.addAll(List.of(arguments));
    try {
      Path errors = Files.createTempFile("kubectl", ".txt");
      try {
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        // A warning is an error, too: kustomize warns of fields that it will no longer support.
        assertThat(Files.readString(errors)).as("errors of %s", command).isEmpty();
        assertThat(status).as("status of %s", command).isZero();
        return output;
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
