package deepspeech.speech.dataset;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts the characters of texts that are not in the vocabulary. */
public final class UnknownCharacterCounts {
  private static final int LISTED_CHARACTERS = 20;

  private final Map<Integer, Long> counts = new HashMap<>();
  private long total;

  /**
   * Counts characters.
   *
   * @param characters the occurrences, as code points
   */
  public void add(int[] characters) {
    for (int character : characters) {
      counts.merge(character, 1L, Long::sum);
    }
    total += characters.length;
  }

  /** The number of all occurrences. */
  public long total() {
    return total;
  }

  /**
   * Returns the most frequent characters with their counts, in one line such as {@code 〇 12, ё 3,
   * …}. Equally frequent characters are sorted by code point. Invisible characters are written as
   * {@code U+0009}.
   */
  public String mostFrequent() {
    String listed =
        counts.entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<Integer, Long> entry) -> -entry.getValue())
                    .thenComparing(Map.Entry::getKey))
            .limit(LISTED_CHARACTERS)
            .map(entry -> shown(entry.getKey()) + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return counts.size() > LISTED_CHARACTERS ? listed + ", …" : listed;
  }

  /** Formats a character for a message. */
  static String shown(int character) {
    boolean visible =
        switch (Character.getType(character)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.UNASSIGNED,
              Character.SPACE_SEPARATOR,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.COMBINING_SPACING_MARK ->
              false;
          default -> true;
        };
    return visible ? Character.toString(character) : "U+%04X".formatted(character);
  }
}
