package deepspeech.embedded;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps the servers' chatter out of the log of the program that holds them: warnings and errors
 * pass. It speaks to {@code java.util.logging}, which both the {@code slf4j-jdk14} binding and
 * JBoss LogManager (Quarkus) obey, and leaves alone what the program has set a level for.
 *
 * @param loggers the quietened loggers; the framework holds loggers weakly, so their levels are
 *     certain to last only as long as this list
 */
record QuietLogging(List<Logger> loggers) {

  static QuietLogging ofKafka() {
    return new QuietLogging(
        List.of(
            quieten("kafka", Level.WARNING),
            quieten("org.apache.kafka", Level.WARNING),
            // It tells of every partition what the broker's own error tells once.
            quieten("state.change.logger", Level.SEVERE),
            // It warns of each start, as if a broker that starts were news.
            quieten("org.apache.kafka.controller.QuorumController", Level.SEVERE)));
  }

  /** A stopping broker closes one of its connections twice, and warns of it. */
  static QuietLogging ofKafkaStopping() {
    return new QuietLogging(
        List.of(quieten("org.apache.kafka.clients.NetworkClient", Level.SEVERE)));
  }

  /** The server's Jetty is shaded into the server's own package. */
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
