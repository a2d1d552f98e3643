package deepspeech.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.run.RunStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LanguagesTest {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\w+}");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])\\d+(\\.\\d+)?(?![\\w.])");

  /** Keys as the scripts write them: t('key' and t(`stem.${…}`; what a list names has a stem. */
  private static final Pattern KEY = Pattern.compile("\\bt\\('([\\w.-]+)'");

  private static final Pattern STEM = Pattern.compile("`([\\w.-]+\\.)\\$\\{");

  /** Reported by the service in English, translated elsewhere. */
  private static final List<String> ONLY_TRANSLATED = List.of("argument.", "allowed.");

  private final Map<String, String> english = texts("en");
  private final Map<String, String> chinese = texts("zh");

  @Test
  void bothLanguagesHaveEveryText() {
    // When
    Set<String> translated =
        chinese.keySet().stream()
            .filter(key -> ONLY_TRANSLATED.stream().noneMatch(key::startsWith))
            .collect(Collectors.toCollection(TreeSet::new));

    // Then
    assertThat(translated).isEqualTo(english.keySet());
    assertThat(english.values()).noneMatch(String::isBlank);
    assertThat(chinese.values()).noneMatch(String::isBlank);
  }

  @Test
  void bothLanguagesPutTheSameValuesIntoAText() {
    // Then
    english.forEach(
        (key, text) ->
            assertThat(placeholders(chinese.get(key))).as(key).isEqualTo(placeholders(text)));
  }

  @Test
  void everyTextThatTheScriptsNameExistsAndNoneIsUnused() {
    // When
    String scripts =
        PageFiles.ending(".js").stream().map(PageFiles::text).collect(Collectors.joining());
    Set<String> named =
        KEY.matcher(scripts).results().map(found -> found.group(1)).collect(Collectors.toSet());
    Set<String> stems =
        STEM.matcher(scripts).results().map(found -> found.group(1)).collect(Collectors.toSet());
    // The header's links hold their keys in a list.
    Set<String> listed = Set.of("runs.title", "compare.title", "form.title");

    // Then
    assertThat(english.keySet()).containsAll(named);
    assertThat(english.keySet())
        .allMatch(
            key ->
                named.contains(key)
                    || listed.contains(key)
                    || stems.stream().anyMatch(key::startsWith));
  }

  @Test
  void everyValueOfTheMessagesHasATextInBothLanguages() {
    // Then
    assertThat(english.keySet())
        .containsAll(keys("reason.", SkipReason.values()))
        .containsAll(keys("status.", RunStatus.values()));
  }

  @Test
  void everyArgumentIsExplainedInChineseWithTheLimitsThatItHas() {
    // Then
    for (Argument argument : Argument.values()) {
      String name = argument.argumentName();
      assertThat(chinese).containsKeys("argument." + name, "allowed." + name);
      String allowed = chinese.get("allowed." + name);
      assertThat(numbers(allowed)).as(name).isEqualTo(numbers(argument.allowed()));
      assertThat(allowed.endsWith("，或 None"))
          .as(name)
          .isEqualTo(argument.allowed().endsWith(", or None"));
    }
    assertThat(chinese.keySet().stream().filter(key -> key.startsWith("argument.")))
        .hasSize(Argument.values().length);
  }

  private static Set<String> keys(String stem, Object[] codes) {
    return Arrays.stream(codes).map(code -> stem + code).collect(Collectors.toSet());
  }

  private static Set<String> placeholders(String text) {
    return PLACEHOLDER.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  private static Set<String> numbers(String text) {
    return NUMBER.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  private static Map<String, String> texts(String language) {
    try {
      ObjectMapper json = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      return json.readValue(
          PageFiles.ROOT.resolve("languages/" + language + ".json").toFile(),
          new TypeReference<TreeMap<String, String>>() {});
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
