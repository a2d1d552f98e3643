package deepspeech.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The licences of the libraries of a module, as the build's licence check lists them.
 *
 * @param list the file
 * @param byLibrary licences by group and name
 */
record Licences(Path list, Map<String, List<String>> byLibrary) {
  static final List<String> OWN = List.of("Apache-2.0");

  private static final String FILE = "target/generated-sources/license/THIRD-PARTY.txt";

  /** A line: licences, name, artifact, address. */
  private static final Pattern LIBRARY =
      Pattern.compile(" +((?:\\(.*?\\) )+).*\\(([\\w.-]+:[\\w.-]+):\\S+ - .*\\)");

  private static final Pattern LICENCE = Pattern.compile("\\((.*?)\\) ");

  /**
   * Reads the list of a module.
   *
   * @throws ImageException if the check has not made it
   */
  static Licences of(Path module) throws IOException {
    Path list = module.resolve(FILE);
    if (!Files.isRegularFile(list)) {
      throw new ImageException(
          "%s is missing; mvn package license:add-third-party makes it".formatted(list));
    }
    Map<String, List<String>> licences = new TreeMap<>();
    for (String line : Files.readAllLines(list)) {
      Matcher library = LIBRARY.matcher(line);
      if (library.matches()) {
        licences.put(
            library.group(2),
            LICENCE
                .matcher(library.group(1))
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList());
      }
    }
    return new Licences(list, licences);
  }

  /**
   * The licences of a library, of which one may be chosen.
   *
   * @throws ImageException if they are not known
   */
  List<String> of(Artifact artifact) {
    List<String> known = artifact.isOwn() ? OWN : byLibrary.get(artifact.library());
    if (known == null) {
      throw new ImageException(
          "the licence of %s is not in %s".formatted(artifact.library(), list));
    }
    return known;
  }
}
