package deepspeech.broker.command;

/**
 * No trainer has answered a command, which stays in its topic for one that comes; the message is
 * one line.
 */
public final class CommandUnansweredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandUnansweredException(String line) {
    super(line);
  }
}
