package deepspeech.trainer.command;

import deepspeech.messages.identity.RunId;

/** A command cannot be carried out. The message is one line for the sender. */
public final class InvalidCommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidCommandException(String reason) {
    super(reason);
  }

  /** Returns the exception for a command that names an unknown run. */
  static InvalidCommandException unknown(RunId run) {
    return new InvalidCommandException("run: \"%s\" given, no such run".formatted(run));
  }
}
