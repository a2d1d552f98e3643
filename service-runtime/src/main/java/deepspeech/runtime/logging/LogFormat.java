package deepspeech.runtime.logging;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.EnvironmentVariables;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The format of a service's console output: {@code DEEPSPEECH_LOG_FORMAT}. */
public enum LogFormat {
  /** The manual's lines unchanged, and one line per log record. */
  TEXT {
    @Override
    public Consumer<String> console() {
      return System.out::println;
    }

    @Override
    String early(String service, String level, String line) {
      return service + ": " + line;
    }
  },
  /** One JSON object per line. The manual's lines become log records too. */
  JSON {
    @Override
    public Consumer<String> console() {
      return LoggerFactory.getLogger(CONSOLE)::info;
    }

    @Override
    String early(String service, String level, String line) {
      Map<String, Object> record = new LinkedHashMap<>();
      record.put("timestamp", Instant.now());
      record.put("loggerName", service);
      record.put("level", level);
      record.put("message", line);
      return Json.writeText(record);
    }
  };

  /** The environment variable. */
  public static final String VARIABLE = "DEEPSPEECH_LOG_FORMAT";

  /** The logger of the manual's lines in the JSON format. */
  public static final String CONSOLE = "deepspeech.console";

  private static final Logger LOG = LoggerFactory.getLogger(LogFormat.class);

  /** Read by Quarkus when it starts; see quarkus.io/guides/logging. */
  private static final String QUARKUS_JSON = "quarkus.log.console.json.enabled";

  /**
   * Reads the environment.
   *
   * @throws InvalidMessageException naming the variable, the value and what is allowed
   */
  public static LogFormat of(EnvironmentVariables environment) {
    String text = environment.text(VARIABLE, TEXT.toString());
    for (LogFormat format : values()) {
      if (format.toString().equals(text)) {
        return format;
      }
    }
    throw InvalidMessageException.field(VARIABLE, text, "text or json");
  }

  /** Configures Quarkus to write this format. Quarkus starts later and reads it then. */
  public void apply() {
    System.setProperty(QUARKUS_JSON, String.valueOf(this == JSON));
    if (this == JSON) {
      Thread.setDefaultUncaughtExceptionHandler(
          (thread, failure) ->
              LOG.error("an exception ended thread {}", thread.getName(), failure));
    }
  }

  /** The consumer of a service's console output, one line or block at a time. */
  public abstract Consumer<String> console();

  /**
   * Formats the reason why a service cannot start.
   *
   * @param line the reason
   */
  public String failure(String service, String line) {
    return early(service, "FATAL", line);
  }

  /** Formats a warning that does not prevent the start of a service. */
  public String warning(String service, String line) {
    return early(service, "WARN", line);
  }

  /** Formats a line from before logging is configured. */
  abstract String early(String service, String level, String line);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
