package deepspeech.cli.process;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A line of a service's log in JSON format, as {@code DEEPSPEECH_LOG_FORMAT=json} gives it.
 *
 * @param level such as {@code ERROR}; an empty string if the record has none
 */
public record LogRecord(String level, String message) {
  /** Parses a line; empty if the line is plain text. */
  public static Optional<LogRecord> in(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode record = Json.readTree(line.getBytes(StandardCharsets.UTF_8));
      return Optional.of(
          new LogRecord(record.path("level").asText(), record.path("message").asText()));
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }
}
