package deepspeech.tools.prepare;

import deepspeech.messages.deadletter.SkipReason;
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
 * A file, as of a Kaldi data folder, whose lines begin with the name of what they are about, held
 * in memory. A line that cannot be used is the problem of that name alone.
 *
 * @param entries by name; of two lines of one name the later one counts
 * @param unreadable lines whose name cannot be read
 */
record KaldiTable<T>(Path file, Map<String, Entry<T>> entries, FirstProblems unreadable) {
  /** What lines are that say nothing about any utterance. */
  static final String UNREADABLE = "unreadable lines";

  private static final Pattern BLANK = Pattern.compile("[ \t]+");
  private static final int LONGEST_QUOTE = 80;

  /**
   * What a line says, or why it cannot be used.
   *
   * @param value null if it cannot be used
   * @param reason null if it can be used
   * @param problem for a person, with file and line; null if it can be used
   */
  record Entry<T>(T value, SkipReason reason, String problem) {}

  /** Reads the fields of a line that come after its name. */
  @FunctionalInterface
  interface Form<T> {
    /**
     * Reads them.
     *
     * @param name the first field
     * @param rest what is behind it, without blanks at its ends; empty if there is nothing
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

  /** What a person should know of the lines whose name cannot be read. */
  List<String> remarks() {
    return unreadable.lines(UNREADABLE);
  }

  /** The entry of a name; null if it has no line. */
  Entry<T> get(String name) {
    return entries.get(name);
  }

  /** Names that have a line. */
  Set<String> names() {
    return entries.keySet();
  }

  /** The fields of a line, at most so many; the last one takes the rest. 0: all. */
  static String[] fields(String line, int most) {
    return BLANK.split(line.strip(), most);
  }

  /** A value as a message shows it. */
  static String quote(String value) {
    return value.length() <= LONGEST_QUOTE ? value : value.substring(0, LONGEST_QUOTE) + "...";
  }
}
