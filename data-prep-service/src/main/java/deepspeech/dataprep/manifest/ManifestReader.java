package deepspeech.dataprep.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.dataprep.WrongFileException;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.LeftOut;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads manifests: UTF-8, on each line a JSON object {@code {"audio_filepath": text, "duration":
 * seconds, "text": text}}; further fields are ignored. A line that is not so is left out, with the
 * file, the line number and the reason.
 */
public final class ManifestReader {
  private static final int LONGEST_QUOTE = 60;
  static final int LONGEST_LINE = 1 << 20;

  private ManifestReader() {}

  /**
   * Reads a manifest line by line and holds no more than one of them.
   *
   * @param file is read to its end
   * @param name of the file, for messages
   * @param utterances takes the well-formed lines, in their order
   * @param leftOut takes the other lines, in their order
   * @throws WrongFileException if it is clearly no manifest
   * @throws IOException if the file cannot be read
   */
  public static void read(
      InputStream file, String name, Consumer<Utterance> utterances, Consumer<LeftOut> leftOut)
      throws IOException {
    LineReader lines = new LineReader(file, LONGEST_LINE);
    for (long number = 1; lines.next(); number++) {
      if (number == 1) {
        refuseList(lines);
      }
      ManifestLine line = line(lines, number, name);
      if (line.problem() == null) {
        utterances.accept(line.utterance());
      } else {
        leftOut.accept(line.problem());
      }
    }
  }

  /**
   * Refuses a file whose first line begins a JSON list of all utterances.
   *
   * @throws WrongFileException if it does
   */
  static void refuseList(LineReader lines) throws WrongFileException {
    String first = lines.text().orElse("").replaceAll("\\s", "");
    if (first.equals("[") || first.startsWith("[{")) {
      throw new WrongFileException(
          "it is a JSON list; a manifest has one JSON object a line, without [ ] and commas between"
              + " them");
    }
  }

  /** Reads the line that a reader stands at. */
  static ManifestLine line(LineReader lines, long number, String name) {
    try {
      return new ManifestLine(utterance(text(lines), number), null);
    } catch (MalformedLineException e) {
      return new ManifestLine(
          null,
          new LeftOut(
              number, null, LeftOutReason.MALFORMED_LINE, at(name, number) + e.getMessage()));
    }
  }

  private static String text(LineReader lines) throws MalformedLineException {
    if (lines.isTooLong()) {
      throw new MalformedLineException(
          "longer than %d bytes; a JSON object is expected".formatted(LONGEST_LINE));
    }
    return lines.text().orElseThrow(() -> new MalformedLineException("not UTF-8"));
  }

  /** The beginning of a message about a line. */
  public static String at(String name, long line) {
    return name + " line " + line + ": ";
  }

  private static Utterance utterance(String line, long number) throws MalformedLineException {
    if (line.isBlank()) {
      throw new MalformedLineException("empty; a JSON object is expected");
    }
    if (line.indexOf('\t') > 0 && !line.stripLeading().startsWith("{")) {
      throw new MalformedLineException(
          "a path, a tab and a text, as in an annotation list; a JSON object is expected, and prepare"
              + " --annotations makes a manifest of such a list");
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
    String path = text(object, "audio_filepath");
    if (path.isBlank()) {
      throw new MalformedLineException("audio_filepath is empty; a path is expected");
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
    return new Utterance(number, path, duration.asDouble(), text(object, "text"));
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

  private static String quote(JsonNode value) {
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
