package deepspeech.cli.documents;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.cli.documents.VariablesOfCode.NumberVariable;
import deepspeech.cli.documents.VariablesOfCode.TextVariable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The environment variables of docs/configuration.md, compared with those of the code. */
class DocumentedVariablesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String OWN = "DEEPSPEECH_";
  private static final Pattern NAME = Pattern.compile("`([A-Z0-9_<>]+)`");
  private static final Pattern RANGE = Pattern.compile("(-?[\\d,]+) to ([\\d,]+)(;.*)?");

  private final Map<String, List<Row>> tables = tables();

  /** A row of a table: variables, default, allowed values. */
  private record Row(List<String> names, String standard, String allowed) {}

  @Test
  void theDocumentHasTheVariablesOfAllModules() throws IOException {
    // Given
    List<Path> modules;
    try (Stream<Path> folders = Files.list(ROOT)) {
      modules = folders.filter(folder -> Files.exists(folder.resolve("src/main/java"))).toList();
    }

    // When
    Set<String> documented = new TreeSet<>();
    tables.values().forEach(rows -> rows.forEach(row -> documented.addAll(row.names())));
    Set<String> code = VariablesOfCode.of(modules).names();

    // Then
    assertThat(code).hasSizeGreaterThan(30);
    assertThat(own(documented)).isEqualTo(own(code));
    assertThat(documented).containsAll(code);
  }

  @ParameterizedTest
  @CsvSource({
    "All services, service-runtime broker-client messages",
    "Store, object-store checkpoint-store",
    "trainer-service, trainer-service acoustic-model",
    "evaluator-service, evaluator-service",
    "data-prep-service, data-prep-service speech-data audio",
    "dashboard, dashboard"
  })
  void aSectionHasTheVariablesOfItsModulesWithDefaultsAndRanges(String section, String modules) {
    // When
    VariablesOfCode code =
        VariablesOfCode.of(Arrays.stream(modules.split(" ", -1)).map(ROOT::resolve).toList());

    // Then
    Set<String> documented = new TreeSet<>();
    tables.get(section).forEach(row -> documented.addAll(row.names()));
    assertThat(own(documented)).isNotEmpty().isEqualTo(own(code.names()));
    for (NumberVariable number : code.numbers()) {
      Row row = row(section, number.name());
      Optional<String> standard =
          Optional.of(row.standard()).filter(text -> text.matches("-?\\d+"));
      assertThat(standard).as(number.name()).isEqualTo(number.standard().map(String::valueOf));
      if (number.to().isPresent()) {
        Matcher range = RANGE.matcher(row.allowed());
        assertThat(range.matches()).as("%s: %s", number.name(), row.allowed()).isTrue();
        assertThat(range.group(1)).as(number.name()).isEqualTo(grouped(number.from()));
        assertThat(range.group(2)).as(number.name()).isEqualTo(grouped(number.to().get()));
      } else {
        assertThat(row.allowed()).as(number.name()).isEqualTo("from " + grouped(number.from()));
      }
    }
    for (TextVariable text : code.texts()) {
      assertThat(row(section, text.name()).standard())
          .as(text.name())
          .isEqualTo("`" + text.standard() + "`");
    }
  }

  private Row row(String section, String name) {
    return tables.get(section).stream()
        .filter(row -> row.names().contains(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("%s is not in %s".formatted(name, section)));
  }

  private static Set<String> own(Set<String> names) {
    Set<String> own = new TreeSet<>(names);
    own.removeIf(name -> !name.startsWith(OWN));
    return own;
  }

  private static String grouped(int number) {
    return number < 10_000 ? String.valueOf(number) : String.format(Locale.ROOT, "%,d", number);
  }

  /** The rows under each heading. */
  private static Map<String, List<Row>> tables() {
    Map<String, List<Row>> tables = new TreeMap<>();
    String heading = "";
    for (String line : lines()) {
      if (line.startsWith("#")) {
        heading = line.replaceFirst("#+ ", "");
      } else if (line.startsWith("| `")) {
        List<String> cells =
            Arrays.stream(line.split("\\|", -1)).map(String::strip).skip(1).toList();
        tables
            .computeIfAbsent(heading, key -> new ArrayList<>())
            .add(new Row(names(cells.get(0)), cells.get(1), cells.get(2)));
      }
    }
    return tables;
  }

  /** The variables of a cell. A store's own name in them is omitted. */
  private static List<String> names(String cell) {
    return NAME.matcher(cell)
        .results()
        .map(match -> match.group(1).replace("<NAME>_", ""))
        .toList();
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(ROOT.resolve("docs/configuration.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
