package deepspeech.vulnerabilities;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the last review has seen.
 *
 * @param libraries the shipped libraries, each with the day of its review
 * @param advisories those that were reviewed
 */
public record Baseline(Map<Library, LocalDate> libraries, List<ReviewedAdvisory> advisories) {
  static final String LIBRARIES = "libraries.txt";
  static final String ADVISORIES = "advisories.yaml";

  /**
   * Reads the two files of a folder.
   *
   * @throws ReviewException if a file is missing or wrong; the message names file and line or field
   */
  public static Baseline read(Path folder) throws IOException {
    return new Baseline(
        libraries(folder.resolve(LIBRARIES)), ReviewFile.read(folder.resolve(ADVISORIES)));
  }

  private static Map<Library, LocalDate> libraries(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new ReviewException("%s is missing".formatted(file));
    }
    Map<Library, LocalDate> libraries = new TreeMap<>();
    Library last = null;
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank() || lines.get(i).startsWith("#")) {
        continue;
      }
      String place = "%s:%d: ".formatted(file.getFileName(), i + 1);
      String[] words = lines.get(i).split(" ", -1);
      if (words.length != 2) {
        throw new ReviewException(
            place + "\"%s\" given, allowed: PURL YYYY-MM-DD".formatted(lines.get(i)));
      }
      Library library;
      try {
        library = Library.ofPurl(words[0]);
      } catch (ReviewException e) {
        throw new ReviewException(place + e.getMessage(), e);
      }
      if (last != null && last.compareTo(library) >= 0) {
        throw new ReviewException(
            place + "%s must come before %s, and once".formatted(library.purl(), last.purl()));
      }
      libraries.put(library, date(place, words[1]));
      last = library;
    }
    return libraries;
  }

  /** Reads a day. */
  static LocalDate date(String place, String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new ReviewException(
          place + "\"%s\" given, allowed: a day as YYYY-MM-DD".formatted(text), e);
    }
  }

  /** The lines of the file of libraries. */
  static List<String> lines(Map<Library, LocalDate> libraries) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "# The libraries that the programs ship, and when each was reviewed. README.md says how.");
    new TreeMap<>(libraries).forEach((library, day) -> lines.add(library.purl() + " " + day));
    return lines;
  }
}
