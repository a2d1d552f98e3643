package deepspeech.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the small inputs in {@code src/test/resources/cases}: commands write beside them. */
public final class CasesCopy {
  private static final Path ORIGINAL = Path.of("src/test/resources/cases");

  private CasesCopy() {}

  /**
   * Makes a copy.
   *
   * @param folder is made
   */
  public static void in(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(ORIGINAL)) {
      all = walk.toList();
    }
    for (Path file : all) {
      Files.copy(file, folder.resolve(ORIGINAL.relativize(file)));
    }
  }
}
