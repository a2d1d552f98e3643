package deepspeech.embedded;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps the informational records of the embedded servers out of the log of the program that runs
 * them. Warnings and errors pass. It sets levels in {@code java.util.logging}, which both the
 * {@code slf4j-jdk14} binding and JBoss LogManager (Quarkus) obey. Loggers whose level the program
 * has set are not changed.
 *
 * @param loggers the loggers with a raised level; the framework holds loggers weakly, so their
 *     levels are guaranteed only as long as this list exists
 */
record QuietLogging(List<Logger> loggers) {

  static QuietLogging ofKafka() {
    return new QuietLogging(
        List.of(
            quieten("kafka", Level.WARNING),
            quieten("org.apache.kafka", Level.WARNING),
            // It logs for every partition what the broker's own error logs once.
            quieten("state.change.logger", Level.SEVERE),
            // It logs a warning at each normal start.
            quieten("org.apache.kafka.controller.QuorumController", Level.SEVERE)));
  }

  /** A stopping broker closes one of its connections twice and logs a warning. */
  static QuietLogging ofKafkaStopping() {
    return new QuietLogging(
        List.of(quieten("org.apache.kafka.clients.NetworkClient", Level.SEVERE)));
  }

  /** The server's Jetty is shaded into the package of the server. */
  static QuietLogging ofS3() {
    return new QuietLogging(List.of(quieten("org.gaul", Level.WARNING)));
  }

  private static Logger quieten(String name, Level level) {
    Logger logger = Logger.getLogger(name);
    if (logger.getLevel() == null) {
      logger.setLevel(level);
    }
    return logger;
  }
}
