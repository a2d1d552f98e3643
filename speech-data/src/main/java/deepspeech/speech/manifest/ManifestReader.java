package deepspeech.speech.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.speech.WrongFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Reads manifests. A manifest is UTF-8 text with a JSON object {@code {"audio_filepath": text,
 * "duration": seconds, "text": text}} on each line. With {@code "offset": seconds} (NeMo), or
 * {@code "start_time"} and {@code "end_time"} (PPASR), the utterance is that part of the file.
 * Fields that only describe the utterance are ignored. Unknown fields are reported with the line. A
 * malformed line, or a line with a field that changes its audio, is skipped. The file, the line
 * number and the reason are reported.
 */
public final class ManifestReader {
  private static final int LONGEST_QUOTE = 60;
  static final int LONGEST_LINE = 1 << 20;

  private ManifestReader() {}

  /**
   * Reads a manifest and holds one line at a time.
   *
   * @param file the manifest; it is read to its end
   * @param name name of the file, for messages
   * @param consumer consumes the lines in order
   * @throws WrongFileException if the file is clearly not a manifest
   * @throws IOException if the file cannot be read
   */
  public static void read(InputStream file, String name, Consumer<ManifestLine> consumer)
      throws IOException {
    LineReader lines = new LineReader(file, LONGEST_LINE);
    for (long number = 1; lines.next(); number++) {
      if (number == 1) {
        refuseList(lines);
      }
      consumer.accept(line(lines, number, name));
    }
  }

  /**
   * Refuses a file that is a JSON list of all utterances.
   *
   * @throws WrongFileException if the first line begins a JSON list
   */
  static void refuseList(LineReader lines) throws WrongFileException {
    String first = lines.text().orElse("").replaceAll("\\s", "");
    if (first.equals("[") || first.startsWith("[{")) {
      throw new WrongFileException(
          "it is a JSON list; a manifest has one JSON object a line, without [ ] and commas between"
              + " them");
    }
  }

  /** Parses the current line of a reader. */
  public static ManifestLine line(LineReader lines, long number, String name) {
    try {
      JsonNode object = object(text(lines));
      return new ManifestLine(utterance(object, number), null, ManifestFields.unknown(object));
    } catch (MalformedLineException e) {
      return new ManifestLine(
          null,
          new SkippedUtterance(
              number, null, SkipReason.MALFORMED_LINE, at(name, number) + e.getMessage()),
          List.of());
    }
  }

  private static String text(LineReader lines) throws MalformedLineException {
    if (lines.isTooLong()) {
      throw new MalformedLineException(
          "longer than %d bytes; a JSON object is expected".formatted(LONGEST_LINE));
    }
    return lines.text().orElseThrow(() -> new MalformedLineException("not UTF-8"));
  }

  /** Returns the prefix of a message about a line: the file name and the line number. */
  public static String at(String name, long line) {
    return name + " line " + line + ": ";
  }

  private static JsonNode object(String line) throws MalformedLineException {
    if (line.isBlank()) {
      throw new MalformedLineException("empty; a JSON object is expected");
    }
    if (line.indexOf('\t') > 0 && !line.stripLeading().startsWith("{")) {
      throw new MalformedLineException(
          "a path, a tab and a text, as in an annotation list; a JSON object is expected, and prepare"
              + " --annotations makes a manifest from such a list");
    }
    JsonNode object;
    try {
      object = Json.readTree(line.getBytes(StandardCharsets.UTF_8));
    } catch (InvalidMessageException e) {
      throw new MalformedLineException(e.getMessage() + "; one JSON object is expected", e);
    }
    if (!object.isObject()) {
      throw new MalformedLineException("%s; a JSON object is expected".formatted(quote(object)));
    }
    return object;
  }

  private static Utterance utterance(JsonNode object, long number) throws MalformedLineException {
    String path = text(object, "audio_filepath");
    if (path.isBlank()) {
      throw new MalformedLineException("audio_filepath is empty; a path is expected");
    }
    Optional<String> problem = ManifestFields.problem(object);
    if (problem.isPresent()) {
      throw new MalformedLineException(problem.get());
    }
    JsonNode duration = object.get("duration");
    if (duration == null) {
      throw new MalformedLineException("duration is missing; seconds greater than 0 are expected");
    }
    if (!duration.isNumber()
        || !(duration.asDouble() > 0)
        || Double.isInfinite(duration.asDouble())) {
      throw new MalformedLineException(
          "duration is %s; seconds greater than 0 are expected".formatted(quote(duration)));
    }
    String text = text(object, "text");
    if (isGiven(object, "start_time") || isGiven(object, "end_time")) {
      return between(number, path, object, text);
    }
    OptionalDouble offset =
        isGiven(object, "offset")
            ? OptionalDouble.of(seconds(object, "offset"))
            : OptionalDouble.empty();
    return new Utterance(number, path, offset, duration.asDouble(), text);
  }

  /**
   * Makes an utterance from start and end time. Its duration is their difference; the {@code
   * duration} field is not used.
   */
  private static Utterance between(long number, String path, JsonNode object, String text)
      throws MalformedLineException {
    double start = seconds(object, "start_time");
    double end = seconds(object, "end_time");
    if (end <= start) {
      throw new MalformedLineException(
          "end_time is %s; seconds above start_time, %s, are expected"
              .formatted(quote(object.get("end_time")), quote(object.get("start_time"))));
    }
    if (isGiven(object, "offset") && seconds(object, "offset") != start) {
      throw new MalformedLineException(
          "offset is %s and start_time is %s; one of them is expected"
              .formatted(quote(object.get("offset")), quote(object.get("start_time"))));
    }
    return new Utterance(number, path, OptionalDouble.of(start), end - start, text);
  }

  private static boolean isGiven(JsonNode object, String field) {
    return object.hasNonNull(field);
  }

  private static double seconds(JsonNode object, String field) throws MalformedLineException {
    JsonNode value = object.path(field);
    if (!value.isNumber() || !(value.asDouble() >= 0) || Double.isInfinite(value.asDouble())) {
      throw new MalformedLineException(
          "%s is %s; seconds from 0 are expected"
              .formatted(field, value.isMissingNode() ? "missing" : quote(value)));
    }
    return value.asDouble();
  }

  private static String text(JsonNode object, String field) throws MalformedLineException {
    JsonNode value = object.get(field);
    if (value == null) {
      throw new MalformedLineException(field + " is missing; a text is expected");
    }
    if (!value.isTextual()) {
      throw new MalformedLineException(
          "%s is %s; a text is expected".formatted(field, quote(value)));
    }
    return value.textValue();
  }

  /** Formats a value for a message and truncates a long one. */
  public static String quote(JsonNode value) {
    String text = value.toString();
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
  }

  private static final class MalformedLineException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedLineException(String message) {
      super(message);
    }

    MalformedLineException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
