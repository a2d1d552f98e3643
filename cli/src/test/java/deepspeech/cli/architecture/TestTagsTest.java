package deepspeech.cli.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tags by which tests can be chosen, as CONTRIBUTING.md describes them. */
class TestTagsTest {
  private static final Pattern TAG = Pattern.compile("@Tag\\(\"([^\"]*)\"\\)");
  private static final Pattern TEST =
      Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory)\\b");
  private static final Pattern BROWSER = Pattern.compile("[ (=]Browser\\.start\\(");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|(.*)\\|$");
  private static final Pattern CLASS = Pattern.compile("`(\\w+IT)`");

  /** The text of each test class, by its name. */
  private static final Map<String, String> TESTS = new TreeMap<>();

  @BeforeAll
  static void readTests() throws Exception {
    for (Path file : Sources.test(".java")) {
      String text = Files.readString(file);
      if (TEST.matcher(text).find()) {
        TESTS.put(file.getFileName().toString().replace(".java", ""), text);
      }
    }
  }

  @Test
  void everyIntegrationTestHasItsTagAndNoUnitTestHasOne() {
    assertThat(TESTS).hasSizeGreaterThan(200);
    TESTS.forEach(
        (name, text) -> {
          assertThat(name).as("the name, by which Maven's plugins choose").matches(".*(Test|IT)");
          if (name.endsWith("IT")) {
            assertThat(tags(text)).as("tags of %s", name).contains("integration");
          } else {
            assertThat(tags(text)).as("tags of %s", name).isEmpty();
          }
        });
  }

  @Test
  void theTestsThatStartABrowserHaveTheTagBrowser() {
    assertThat(tagged("browser"))
        .isEqualTo(
            TESTS.keySet().stream()
                .filter(name -> BROWSER.matcher(TESTS.get(name)).find())
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void theGuideNamesTheTestsOfEachTag() throws Exception {
    // When
    Map<String, Set<String>> guide = new TreeMap<>();
    ROW.matcher(Files.readString(Path.of("../CONTRIBUTING.md")))
        .results()
        .filter(row -> CLASS.matcher(row.group(2)).find())
        .forEach(row -> guide.put(row.group(1), classes(row.group(2))));

    // Then
    Set<String> tags =
        new TreeSet<>(TESTS.values().stream().flatMap(text -> tags(text).stream()).toList());
    tags.remove("integration");
    assertThat(guide.keySet()).containsAll(tags);
    tags.forEach(tag -> assertThat(guide.get(tag)).as(tag).isEqualTo(tagged(tag)));
  }

  private static Set<String> tagged(String tag) {
    return TESTS.keySet().stream()
        .filter(name -> tags(TESTS.get(name)).contains(tag))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> classes(String text) {
    return CLASS
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> tags(String text) {
    List<String> tags = new ArrayList<>();
    TAG.matcher(text).results().forEach(found -> tags.add(found.group(1)));
    return tags;
  }
}
