package deepspeech.cli.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Markdown documents of the repository. */
final class Documents {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private Documents() {}

  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !ROOT.relativize(file).toString().matches(".*(target|/data|\\.git)/.*"))
          .sorted()
          .toList();
    }
  }

  /** Those that describe the product, and not test data or other programs. */
  static List<Path> ofTheProduct() throws IOException {
    return all().stream()
        .filter(file -> !ROOT.relativize(file).toString().matches("findings/.*|.*/src/.*"))
        .toList();
  }
}
