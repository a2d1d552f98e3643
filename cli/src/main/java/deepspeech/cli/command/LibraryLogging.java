package deepspeech.cli.command;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps the log messages of libraries out of a command's output.
 *
 * @param loggers the loggers whose levels are set; the logging framework holds loggers weakly, so
 *     the levels last as long as this list
 */
record LibraryLogging(List<Logger> loggers) {
  /**
   * Sets the log levels: everything from INFO if verbose, otherwise the errors of libraries and the
   * warnings of this product.
   */
  static LibraryLogging of(boolean verbose) {
    Level libraries = verbose ? Level.INFO : Level.SEVERE;
    return new LibraryLogging(
        List.of(
            level("", verbose ? Level.INFO : Level.WARNING),
            level("org.apache.kafka", libraries),
            level("kafka", libraries),
            level("org.gaul", libraries)));
  }

  private static Logger level(String name, Level level) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(level);
    return logger;
  }
}
