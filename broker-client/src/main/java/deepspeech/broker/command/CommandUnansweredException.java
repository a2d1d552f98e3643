package deepspeech.broker.command;

/**
 * No trainer answered a command in time. The command stays in its topic for a trainer that starts
 * later. The message is one line.
 */
public final class CommandUnansweredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandUnansweredException(String line) {
    super(line);
  }
}
