package deepspeech.cli.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The tables of packages in the READMEs of the modules. Each package with classes has a row, and a
 * class that the table names is named in the row of its package.
 */
class PackageTablesTest {
  private static final String HEADING = "| package (`";
  private static final String ROOT = "(root)";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @Test
  void theTablesListThePackagesAndTheirClasses() throws IOException {
    // When
    List<String> wrong = new ArrayList<>();
    int tables = 0;
    for (Path document : Documents.all()) {
      List<String> lines = Files.readAllLines(document);
      int heading = 0;
      while (heading < lines.size() && !lines.get(heading).startsWith(HEADING)) {
        heading++;
      }
      if (heading < lines.size()) {
        tables++;
        check(document, lines.subList(heading, lines.size()), wrong);
      }
    }

    // Then
    assertThat(tables).isGreaterThan(10);
    assertThat(wrong).isEmpty();
  }

  private static void check(Path document, List<String> table, List<String> wrong)
      throws IOException {
    String root = code(firstCell(table.get(0))).get(0).replaceAll("\\.$", "");
    Map<String, Set<String>> packages = packages(document.getParent(), root);
    String readme = Documents.ROOT.relativize(document) + ": ";
    Set<String> missing = new TreeSet<>(packages.keySet());
    Set<String> inAnyRow = new TreeSet<>();
    Set<String> inOwnRow = new TreeSet<>();
    for (String row : table.subList(2, table.size())) {
      if (!row.startsWith("|")) {
        break;
      }
      String first = firstCell(row);
      List<String> named = first.equals(ROOT) ? List.of(ROOT) : code(first);
      for (String name : named) {
        missing.remove(name);
        if (!packages.containsKey(name)) {
          wrong.add(readme + "no package " + name);
        }
        Set<String> classes = packages.getOrDefault(name, Set.of());
        code(row).stream().filter(classes::contains).forEach(inOwnRow::add);
      }
      code(row).stream()
          .filter(word -> packages.values().stream().anyMatch(all -> all.contains(word)))
          .forEach(inAnyRow::add);
    }
    inAnyRow.removeAll(inOwnRow);
    inAnyRow.forEach(word -> wrong.add(readme + word + " is not in the package of its row"));
    missing.forEach(name -> wrong.add(readme + "no row for " + name));
  }

  /** The names of the classes by package, which is named from the root on. */
  private static Map<String, Set<String>> packages(Path module, String root) throws IOException {
    Path sources = module.resolve("src/main/java").resolve(root.replace('.', '/'));
    Map<String, Set<String>> packages = new TreeMap<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        if (!name.equals("package-info") && !name.equals("Main")) {
          String folder = sources.relativize(file.getParent()).toString().replace('/', '.');
          packages
              .computeIfAbsent(folder.isEmpty() ? ROOT : folder, key -> new TreeSet<>())
              .add(name);
        }
      }
    }
    return packages;
  }

  private static String firstCell(String row) {
    return row.substring(1, row.indexOf('|', 1)).strip();
  }

  private static List<String> code(String text) {
    return CODE.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
  }
}
