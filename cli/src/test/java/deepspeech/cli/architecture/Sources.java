package deepspeech.cli.architecture;

import deepspeech.cli.build.Reactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The source files of all modules. */
final class Sources {
  private static final Path ROOT = Path.of("..");

  private Sources() {}

  /** Files of what is built, by the end of their names. */
  static List<Path> main(String ending) throws Exception {
    return in("src/main", ending);
  }

  /** Files of the tests, by the end of their names. */
  static List<Path> test(String ending) throws Exception {
    return in("src/test", ending);
  }

  private static List<Path> in(String folder, String ending) throws Exception {
    List<Path> found = new ArrayList<>();
    for (String module : Reactor.read(ROOT, Set.of()).modules()) {
      found.addAll(ending(ROOT.resolve(module).resolve(folder), ending));
    }
    return found;
  }

  private static List<Path> ending(Path folder, String ending) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
