package deepspeech.cli.documents;

/** What a command of a document must fulfil. */
interface CommandCheck {
  /** Whether the check knows the program of a command. */
  boolean covers(ShellCommand command);

  /**
   * Checks a command.
   *
   * @throws Exception saying what is wrong
   */
  void check(ShellCommand command) throws Exception;

  /** Fails with a message if a condition is not met. */
  static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
