package deepspeech.messages;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Explains to the author of a text why it is not JSON: the place, the text there, and what to write
 * instead. The parser's own messages name its classes and features.
 */
final class JsonSyntax {
  private static final int SHOWN = 20;

  /** Keywords of other languages and the JSON keywords that replace them. */
  private static final Map<String, String> OTHER_WORDS =
      Map.of(
          "True", "true",
          "False", "false",
          "None", "null",
          "TRUE", "true",
          "FALSE", "false",
          "NULL", "null",
          "Null", "null",
          "undefined", "null");

  private JsonSyntax() {}

  /**
   * Describes in one line what the parser rejected.
   *
   * @param json the complete text
   */
  static String explain(JsonProcessingException e, byte[] json) {
    if (e instanceof StreamConstraintsException) {
      return tooLarge(e.getOriginalMessage());
    }
    if (e instanceof JsonEOFException) {
      return "not JSON: it ends too early; a \", } or ] is missing";
    }
    Place place = Place.of(e.getLocation(), json);
    String problem = e.getOriginalMessage();
    if (problem.startsWith("Trailing token")) {
      return "more than one JSON value: %s follows %s".formatted(place.shown(), place.at());
    }
    if (problem.startsWith("Invalid UTF-8")) {
      return "not JSON: not UTF-8 " + place.at();
    }
    return "not JSON %s: %s%s".formatted(place.at(), place.shown(), hint(problem, place));
  }

  /** True if the parser found more text after a complete value. */
  static boolean isTrailing(JsonProcessingException e) {
    return e.getOriginalMessage().startsWith("Trailing token");
  }

  private static String tooLarge(String problem) {
    StreamReadConstraints limits = StreamReadConstraints.defaults();
    if (problem.startsWith("Document nesting")) {
      return "nested too deep, allowed: %d levels".formatted(limits.getMaxNestingDepth());
    }
    if (problem.startsWith("Number")) {
      return "a number is too long, allowed: %d characters".formatted(limits.getMaxNumberLength());
    }
    return "a string or name is too long, allowed: %d characters in a string, %d in a name"
        .formatted(limits.getMaxStringLength(), limits.getMaxNameLength());
  }

  private static String hint(String problem, Place place) {
    String word = place.word();
    if (OTHER_WORDS.containsKey(word)) {
      return "; JSON writes " + OTHER_WORDS.get(word);
    }
    if (problem.startsWith("Non-standard token")) {
      return "; JSON has no such number";
    }
    if (problem.startsWith("Unrecognized character escape")) {
      return "; a backslash in a string is written \\\\";
    }
    if (problem.startsWith("Illegal unquoted character")) {
      return "; a tab or line break in a string is written \\t or \\n";
    }
    if (problem.contains("numeric value")) {
      return "; not a valid JSON number";
    }
    if (problem.contains("comment") || place.first() == '#') {
      return "; JSON has no comments";
    }
    if (problem.contains("separate Object entries") || problem.contains("separate Array entries")) {
      return "; a comma is missing";
    }
    if (problem.contains("colon to separate")) {
      return "; a colon is missing";
    }
    if (place.first() == '}' || place.first() == ']') {
      return problem.startsWith("Unexpected close marker")
          ? "; the brackets do not match"
          : "; remove the comma before it";
    }
    if (problem.contains("double-quote to start field name") || place.first() == '\'') {
      return "; names and strings are written in double quotes";
    }
    return "";
  }

  /**
   * The place where the parser stopped.
   *
   * @param rest the text from there on
   * @param line from 1; 0 if the text has only one line
   * @param column in characters, from 1
   */
  private record Place(String rest, long line, long column) {
    static Place of(JsonLocation location, byte[] json) {
      Charset charset = charset(json);
      int offset =
          location == null
              ? 0
              : (int) Math.max(0, Math.min(location.getByteOffset(), (long) json.length));
      // The parser may have stopped inside a character.
      while (offset > 0 && offset < json.length && (json[offset] & 0xC0) == 0x80) {
        offset--;
      }
      String before = charset.decode(ByteBuffer.wrap(json, 0, offset)).toString();
      String rest =
          charset
              .decode(ByteBuffer.wrap(json, offset, Math.min(json.length - offset, 8 * SHOWN)))
              .toString();
      int lineStart = before.lastIndexOf('\n') + 1;
      boolean single = before.indexOf('\n') < 0 && rest.strip().indexOf('\n') < 0;
      return new Place(
          rest,
          single ? 0 : before.chars().filter(c -> c == '\n').count() + 1,
          before.length() - lineStart + 1L);
    }

    /** Detects UTF-16 by a zero byte or a byte order mark, as the parser does. */
    private static Charset charset(byte[] json) {
      if (json.length > 1 && (json[0] == 0 || (json[0] == (byte) 0xFE && json[1] == (byte) 0xFF))) {
        return StandardCharsets.UTF_16BE;
      }
      boolean little =
          json.length > 1 && (json[1] == 0 || (json[0] == (byte) 0xFF && json[1] == (byte) 0xFE));
      return little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;
    }

    String at() {
      return line == 0 ? "at column " + column : "at line %d, column %d".formatted(line, column);
    }

    char first() {
      return rest.isEmpty() ? ' ' : rest.charAt(0);
    }

    String word() {
      int end = 0;
      while (end < rest.length() && Character.isLetter(rest.charAt(end))) {
        end++;
      }
      return rest.substring(0, end);
    }

    /** The text at the place, up to the end of the line, with control characters escaped. */
    String shown() {
      String line = rest.lines().findFirst().orElse("");
      if (line.isEmpty()) {
        return rest.isEmpty() ? "the end" : "a line break";
      }
      StringBuilder shown = new StringBuilder();
      line.codePoints()
          .limit(SHOWN)
          .forEach(
              c ->
                  shown.append(
                      Character.isISOControl(c) || c == 0xFFFD
                          ? "\\u%04x".formatted(c)
                          : Character.toString(c)));
      return line.codePointCount(0, line.length()) > SHOWN ? shown + "..." : shown.toString();
    }
  }
}
