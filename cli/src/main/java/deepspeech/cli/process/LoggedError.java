package deepspeech.cli.process;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Extracts error messages from the log of a service. */
final class LoggedError {
  /** Quarkus' console format: {@code 2026-01-31 12:00:00,123 ERROR [category] (thread) message}. */
  private static final Pattern LINE =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2} \\S+ +(?:ERROR|FATAL) +\\[[^]]*] +\\([^)]*\\) *(.*)");

  private static final Set<String> ERRORS = Set.of("ERROR", "FATAL");

  private LoggedError() {}

  /** The message of a line that logs an error; empty for other lines. */
  static Optional<String> in(String line) {
    Optional<LogRecord> record = LogRecord.in(line);
    if (record.isPresent()) {
      return record.filter(r -> ERRORS.contains(r.level())).map(LogRecord::message);
    }
    Matcher matcher = LINE.matcher(line);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
