package deepspeech.messages;

/**
 * A message, command or configuration value that breaks the contract; its text is one line for its
 * author.
 */
public class InvalidMessageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public InvalidMessageException(String line) {
    super(line);
  }

  public InvalidMessageException(String line, Throwable cause) {
    super(line, cause);
  }

  /** Names the field, the value found and what is allowed. */
  public static InvalidMessageException field(String field, Object value, String allowed) {
    return new InvalidMessageException(field + ": " + quote(value) + " given, allowed: " + allowed);
  }

  /**
   * Throws unless {@code holds}.
   *
   * @param field name of the field as its author wrote it
   * @param value what was found
   * @param allowed what would have been accepted, in words
   */
  public static void require(boolean holds, String field, Object value, String allowed) {
    if (!holds) {
      throw field(field, value, allowed);
    }
  }

  private static String quote(Object value) {
    return value instanceof CharSequence text ? "\"" + text + "\"" : String.valueOf(value);
  }
}
