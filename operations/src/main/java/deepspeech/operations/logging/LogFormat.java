package deepspeech.operations.logging;

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

/** How a service writes to its console: {@code DEEPSPEECH_LOG_FORMAT}. */
public enum LogFormat {
  /** The manual's lines as they are, and a line for each log record. */
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
  /** A JSON object a line, whatever is written: the manual's lines too are log records. */
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

  /** The logger of what the manual's console has, in the JSON format. */
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

  /** Lets Quarkus, which starts after this, write so. */
  public void apply() {
    System.setProperty(QUARKUS_JSON, String.valueOf(this == JSON));
    if (this == JSON) {
      Thread.setDefaultUncaughtExceptionHandler(
          (thread, failure) -> LOG.error("thread {} ended", thread.getName(), failure));
    }
  }

  /** Takes what a service writes to its console, a line or a block at a time. */
  public abstract Consumer<String> console();

  /**
   * The line that says why a service cannot start.
   *
   * @param line the reason
   */
  public String failure(String service, String line) {
    return early(service, "FATAL", line);
  }

  /** The line that says what a service starts in spite of. */
  public String warning(String service, String line) {
    return early(service, "WARN", line);
  }

  /** A line from before logging is there. */
  abstract String early(String service, String level, String line);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
