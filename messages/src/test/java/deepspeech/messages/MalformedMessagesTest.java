package deepspeech.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.features.FeatureRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a message is said in one line, in the words of who wrote it. */
class MalformedMessagesTest {
  private static final Instant TIME = Instant.parse("2026-11-22T08:00:00Z");
  private static final Charset UTF_8 = StandardCharsets.UTF_8;

  /** Words of the parser and of the program. */
  private static final String LEAKED =
      "(?s).*(Source:|REDACTED|Feature|Deserializ|com\\.fasterxml|java\\.|deepspeech\\.[a-z]+\\.[A-Z]|[`]|"
          + "Exception|\\bcode \\d|[Tt]oken|VALUE_|START_|END_|CTRL-CHAR|constructor|subtype|"
          + "reference chain|close marker|Stream|allowed: null).*";

  private static final List<String> VALUES =
      List.of(
          "null",
          "\"\"",
          "\"x\"",
          "\"\\u0000\"",
          "-1",
          "0",
          "1.5",
          "99999999999999999999",
          "1e400",
          "-1e400",
          "true",
          "[]",
          "{}",
          "[null]",
          "[[7]]",
          "[{}]",
          "{\"a\":1}",
          "{\"\":null}",
          "\"" + "x".repeat(5_000) + "\"",
          "[".repeat(900) + "]".repeat(900));

  static Stream<AsyncApiDocument.Example> examples() {
    Set<String> seen = new HashSet<>();
    return AsyncApiTest.jsonExamples().filter(example -> seen.add(example.message()));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void whateverStandsInAFieldIsReadOrRefusedInOneLine(AsyncApiDocument.Example example) {
    // Given
    Class<?> type = AsyncApiTest.MESSAGES.get(example.message());
    List<String> leaks = new ArrayList<>();
    int refused = 0;
    for (String text : variants(example.payload())) {
      // When
      String line = refusal(text, type);
      // Then
      refused += line.isEmpty() ? 0 : 1;
      if (line.matches(LEAKED) || line.lines().count() > 1 || line.length() > 2000) {
        leaks.add(text.substring(0, Math.min(text.length(), 300)) + " -> " + line);
      }
    }
    assertThat(leaks).isEmpty();
    assertThat(refused).isPositive();
  }

  /** Empty if it can be read. */
  private static String refusal(String text, Class<?> type) {
    try {
      Json.read(text, type);
      return "";
    } catch (InvalidMessageException e) {
      return e.getMessage();
    }
  }

  private static List<String> variants(JsonNode message) {
    List<String> variants = new ArrayList<>();
    JsonNode whole = message.deepCopy();
    if (whole instanceof ObjectNode object) {
      object.put("unheard_of", 1);
      variants.add(Json.writeText(object));
      object.remove("unheard_of");
    }
    vary(whole, whole, variants);
    String text = Json.writeText(message);
    for (int length = 0; length < text.length(); length += 7) {
      variants.add(text.substring(0, length));
    }
    variants.add(text + text);
    variants.add("[" + text + "]");
    variants.addAll(VALUES);
    return variants;
  }

  /** Puts every value in the place of every field, and leaves each out once. */
  private static void vary(JsonNode node, JsonNode whole, List<String> variants) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        JsonNode before = object.get(name);
        for (String value : VALUES) {
          object.set(name, Json.readTree("{\"v\":%s}".formatted(value).getBytes(UTF_8)).get("v"));
          variants.add(Json.writeText(whole));
        }
        object.remove(name);
        variants.add(Json.writeText(whole));
        object.set(name, before);
        vary(before, whole, variants);
      }
    } else if (node instanceof ArrayNode array && !array.isEmpty()) {
      JsonNode before = array.get(0);
      for (String value : VALUES) {
        array.set(0, Json.readTree("{\"v\":%s}".formatted(value).getBytes(UTF_8)).get("v"));
        variants.add(Json.writeText(whole));
      }
      array.set(0, before);
      vary(before, whole, variants);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a': 1}{'b': 2} | more than one JSON value: {\"b\": 2} follows at column 9",
        "{'a': 1}, | not JSON at column 9: ,",
        "{'a': 1 | not JSON: it ends too early; a \", } or ] is missing",
        "{'a': 'x | not JSON: it ends too early; a \", } or ] is missing",
        "{'a' 1} | not JSON at column 6: 1}; a colon is missing",
        "{'a': 1 'b': 2} | not JSON at column 9: \"b\": 2}; a comma is missing",
        "{a: 1} | not JSON at column 2: a: 1}; names and strings are written in double quotes",
        "{“a”: 1} | not JSON at column 2: “a”: 1}; names and strings are written in double quotes",
        "{'a': True} | not JSON at column 7: True}; JSON writes true",
        "{'a': None} | not JSON at column 7: None}; JSON writes null",
        "{'a': NaN} | not JSON at column 10: }; JSON has no such number",
        "{'a': 'C:\\data\\b.wav'} | not JSON at column 11: data\\b.wav\"}; a backslash in a string is written \\\\",
        "{'a': 'x\ty'} | not JSON at column 9: \\u0009y\"}; a tab or line break in a string is written \\t or \\n",
        "{'a': 1,} | not JSON at column 9: }; remove the comma before it",
        "{'a': 1] | not JSON at column 8: ]; the brackets do not match",
        "{'a': +1} | not JSON at column 8: 1}; not a valid JSON number",
        "// a | not JSON at column 1: // a; JSON has no comments",
        "# a | not JSON at column 1: # a; JSON has no comments",
        "wav/a.wav\ttext | not JSON at column 1: wav/a.wav\\u0009text"
      })
  void whatIsNotJsonIsShownWithItsPlaceAndWhatToWrite(String text, String line) {
    // Given
    byte[] json = text.replace('\'', '"').getBytes(UTF_8);
    // When
    // Then
    assertThatThrownBy(() -> Json.readTree(json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(line);
  }

  @Test
  void inATextOfSeveralLinesTheLineIsNamed() {
    // Given
    byte[] json = "{\"a\": 1,\n \"你好\": 'x'}".getBytes(UTF_8);
    // When
    // Then
    assertThatThrownBy(() -> Json.readTree(json))
        .hasMessage(
            "not JSON at line 2, column 8: 'x'}; names and strings are written in double quotes");
  }

  @Test
  void otherEncodingsAreNamed() {
    // Given
    byte[] latin = "{\"a\": \"\u00e4b\"}".getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = "{\"a\": 1".getBytes(StandardCharsets.UTF_16);
    // When
    // Then
    assertThatThrownBy(() -> Json.readTree(latin))
        .message()
        .startsWith("not JSON: not UTF-8 at column ");
    assertThatThrownBy(() -> Json.readTree(utf16))
        .hasMessage("not JSON: it ends too early; a \", } or ] is missing");
  }

  @Test
  void aNameOfAMegabyteIsCutInTheMessage() {
    // Given
    String name = "x".repeat(900_000);
    String json = "{\"command\":\"stop\",\"run\":\"a\",\"%s\":1}".formatted(name);
    // When
    // Then
    assertThatThrownBy(() -> Json.read(json, Command.class)).message().hasSizeLessThan(2100);
  }

  @Test
  void aDeadLetterOfAMessageThatFillsARecordFitsARecord() {
    // Given
    String body = "\u0001".repeat(900_000);
    // When
    DeadLetter letter =
        DeadLetter.unreadable(DeadLetter.COMMAND, body, body, body, body.getBytes(UTF_8), TIME);
    // Then
    assertThat(Json.write(letter)).hasSizeLessThan(200_000);
    assertThat(letter.original()).hasSize(10_003).endsWith("...");
  }

  @Test
  void anIdThatFillsARecordIsRefused() {
    // Given
    Map<String, String> headers =
        Map.of(
            "ce_id", "i".repeat(900_000), "ce_type", "t", "ce_source", "/s", "ce_time", TIME + "");
    // When
    // Then
    assertThatThrownBy(() -> CloudEvent.fromHeaders(headers))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageEndingWith("allowed: a unique text of at most 1000 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deepspeech.commands", "deepspeech.runs", "deepspeech.batch-requests"})
  void batchesAreNotSentToATopicOfOtherMessages(String topic) {
    // Given
    String json =
        AsyncApiTest.jsonExamples()
            .filter(example -> example.message().equals("batchRequest"))
            .map(example -> Json.writeText(example.payload()))
            .findFirst()
            .orElseThrow()
            .replaceFirst("\"reply_topic\":\"[^\"]*\"", "\"reply_topic\":\"" + topic + "\"");
    // When
    // Then
    assertThatThrownBy(() -> Json.read(json, FeatureRequest.class))
        .hasMessage(
            "reply_topic: \"%s\" given, allowed: a topic for feature batches".formatted(topic));
  }

  @Test
  void whatIsTooDeepOrTooLongIsRefusedWithTheLimit() {
    // Given
    byte[] deep = "[".repeat(500_000).getBytes(UTF_8);
    byte[] number = ("{\"command\":\"stop\",\"run\":" + "1".repeat(5000) + "}").getBytes(UTF_8);
    byte[] inside =
        ("{\"command\":\"train\",\"run\":\"a\",\"configuration\":{\"seed\":" + "[".repeat(5000))
            .getBytes(UTF_8);
    // When
    // Then
    assertThatThrownBy(() -> Json.readTree(deep))
        .hasMessage("nested too deep, allowed: 1000 levels");
    assertThatThrownBy(() -> Json.read(number, Command.class))
        .hasMessage("a number is too long, allowed: 1000 characters");
    assertThatThrownBy(() -> Json.read(inside, Command.class))
        .hasMessage("nested too deep, allowed: 1000 levels");
  }
}
