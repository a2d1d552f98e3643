package deepspeech.vulnerabilities;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The libraries of other projects on the class paths of the packaged programs.
 *
 * @param programs the modules that ship a library
 */
public record ShippedLibraries(Map<Library, Set<String>> programs) {
  private static final String OWN_GROUP = "deepspeech";

  /** Services, of which Quarkus lists the class path as group:artifact:classifier:type:version. */
  private static final List<String> SERVICES =
      List.of("data-prep-service", "trainer-service", "evaluator-service", "dashboard");

  private static final Pattern OF_QUARKUS = Pattern.compile("([^:]+):([^:]+):[^:]*:[^:]+:([^:]+)");

  /** Commands, of which Maven lists it, as group:artifact:type[:classifier]:version:scope. */
  private static final List<String> COMMANDS = List.of("cli", "data-tools");

  private static final Pattern OF_MAVEN =
      Pattern.compile(" +([^: ]+):([^: ]+):[^: ]+(?::[^: ]+)?:([^: ]+):(?:compile|runtime)\\b.*");

  private static final Pattern HEADING =
      Pattern.compile("|The following files have been resolved:");

  /**
   * Reads the lists of the packaged programs.
   *
   * @param root the repository
   * @throws ReviewException if a program is not packaged
   */
  public static ShippedLibraries of(Path root) throws IOException {
    Map<Library, Set<String>> programs = new TreeMap<>();
    for (String service : SERVICES) {
      add(programs, root, service, "target/quarkus-app/quarkus-app-dependencies.txt", OF_QUARKUS);
    }
    for (String command : COMMANDS) {
      add(programs, root, command, "target/class-path.txt", OF_MAVEN);
    }
    return new ShippedLibraries(programs);
  }

  private static void add(
      Map<Library, Set<String>> programs, Path root, String module, String list, Pattern form)
      throws IOException {
    Path file = root.resolve(module).resolve(list);
    if (!Files.isRegularFile(file)) {
      throw new ReviewException("%s is missing; mvn package makes it".formatted(file));
    }
    for (String line : Files.readAllLines(file)) {
      Matcher parts = form.matcher(line);
      if (parts.matches()) {
        if (!parts.group(1).equals(OWN_GROUP)) {
          programs
              .computeIfAbsent(
                  new Library(parts.group(1) + ":" + parts.group(2), parts.group(3)),
                  library -> new TreeSet<>())
              .add(module);
        }
      } else if (!HEADING.matcher(line).matches()) {
        throw new ReviewException("%s: \"%s\" is no library".formatted(file, line));
      }
    }
  }
}
