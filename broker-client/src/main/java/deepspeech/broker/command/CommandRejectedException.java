package deepspeech.broker.command;

import deepspeech.messages.command.Command;

/** The trainer rejected a command. The message is one line with the trainer's reason. */
public final class CommandRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  CommandRejectedException(Command command, String reason) {
    super("run %s: %s rejected: %s".formatted(command.run(), command.name(), reason));
    this.reason = reason;
  }

  /** The trainer's reason. */
  public String reason() {
    return reason;
  }
}
