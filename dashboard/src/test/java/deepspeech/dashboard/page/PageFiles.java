package deepspeech.dashboard.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the page as they are served. */
final class PageFiles {
  static final Path ROOT = Path.of("src/main/resources/META-INF/resources");

  private PageFiles() {}

  /** All files below the root whose name ends so, in the order of their names. */
  static List<Path> ending(String suffix) {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
