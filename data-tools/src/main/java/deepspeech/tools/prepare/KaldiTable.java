package deepspeech.tools.prepare;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.DataFileException;
import deepspeech.tools.common.FirstProblems;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A file of a Kaldi data folder, or of a similar folder, held in memory. Each line begins with the
 * name of its subject. A line that cannot be used affects only that name.
 *
 * @param entries entries by name; if two lines have the same name, the later one counts
 * @param unreadable lines whose name cannot be read
 */
record KaldiTable<T>(Path file, Map<String, Entry<T>> entries, FirstProblems unreadable) {
  /** The noun in messages for lines that give no information about any utterance. */
  static final String UNREADABLE = "unreadable lines";

  private static final Pattern BLANK = Pattern.compile("[ \t]+");
  private static final int LONGEST_QUOTE = 80;

  /**
   * The value of a line, or the reason why the line cannot be used.
   *
   * @param value null if the line cannot be used
   * @param reason null if the line can be used
   * @param problem a message for the user, with file and line; null if the line can be used
   */
  record Entry<T>(T value, SkipReason reason, String problem) {}

  /** Reads the fields of a line after its name. */
  @FunctionalInterface
  interface Form<T> {
    /**
     * Reads the fields.
     *
     * @param name the first field
     * @param rest the rest of the line without leading and trailing blanks; may be empty
     */
    T read(String name, String rest) throws UnusableLineException;
  }

  /** A line that cannot be used. */
  static final class UnusableLineException extends Exception {
    private static final long serialVersionUID = 1L;
    private final SkipReason reason;

    UnusableLineException(SkipReason reason, String message) {
      super(message);
      this.reason = reason;
    }
  }

  /** Reads a file. */
  static <T> KaldiTable<T> read(Path path, Form<T> form) throws DataFileException {
    KaldiTable<T> table = new KaldiTable<>(path, new HashMap<>(), new FirstProblems());
    try (TextFile file = TextFile.open(path)) {
      while (file.next()) {
        Optional<String> problem = file.problem();
        if (problem.isPresent()) {
          table.unreadable.add(problem.get());
        } else if (!file.line().isBlank()) {
          String[] fields = fields(file.line(), 2);
          table.entries.put(fields[0], entry(file, form, fields));
        }
      }
    }
    return table;
  }

  private static <T> Entry<T> entry(TextFile file, Form<T> form, String[] fields) {
    try {
      return new Entry<>(form.read(fields[0], fields.length < 2 ? "" : fields[1]), null, null);
    } catch (UnusableLineException e) {
      return new Entry<>(null, e.reason, file.at() + e.getMessage());
    }
  }

  /** Returns remarks for the user about the lines whose name cannot be read. */
  List<String> remarks() {
    return unreadable.lines(UNREADABLE);
  }

  /** Returns the entry of a name; null if there is no line for it. */
  Entry<T> get(String name) {
    return entries.get(name);
  }

  /** Returns the names that have a line. */
  Set<String> names() {
    return entries.keySet();
  }

  /**
   * Splits a line into fields.
   *
   * @param most maximum number of fields, of which the last contains the rest of the line; 0 for no
   *     limit
   */
  static String[] fields(String line, int most) {
    return BLANK.split(line.strip(), most);
  }

  /** Formats a value for a message. A long value is cut. */
  static String quote(String value) {
    return value.length() <= LONGEST_QUOTE ? value : value.substring(0, LONGEST_QUOTE) + "...";
  }
}
