package deepspeech.messages;

/**
 * A message, command or configuration value breaks the contract. The text is one line for its
 * author.
 */
public class InvalidMessageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_VALUE = 300;
  private static final int LONGEST_LINE = 2000;

  public InvalidMessageException(String line) {
    super(oneLine(line));
  }

  public InvalidMessageException(String line, Throwable cause) {
    super(oneLine(line), cause);
  }

  /**
   * Creates an exception that names the field, its value and the allowed values. A text is shown in
   * quotation marks, a number as it is, and a truth value as {@code True} or {@code False}, which
   * the manual's arguments have.
   */
  public static InvalidMessageException field(String field, Object value, String allowed) {
    return new InvalidMessageException(field + ": " + quote(value) + " given, allowed: " + allowed);
  }

  /**
   * Throws unless {@code holds}.
   *
   * @param field name of the field as its author wrote it
   * @param value the value found
   * @param allowed the allowed values, in words
   */
  public static void require(boolean holds, String field, Object value, String allowed) {
    if (!holds) {
      throw field(field, value, allowed);
    }
  }

  private static String quote(Object value) {
    String text = String.valueOf(value);
    String shown = text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    return value instanceof CharSequence ? "\"" + shown + "\"" : shown;
  }

  /**
   * Names and values come from arbitrary sources. A line break in one must not break the line, and
   * a value of a megabyte must not fill a log or a dead letter.
   */
  private static String oneLine(String line) {
    String shown = line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "...";
    return shown.replace("\r", "\\r").replace("\n", "\\n");
  }
}
