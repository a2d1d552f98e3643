package deepspeech.tools.prepare;

import deepspeech.speech.manifest.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the characters of texts and creates a vocabulary file from the counts. */
final class CharacterCounts {
  private final Map<Integer, Long> counts = new HashMap<>();
  private long texts;

  /**
   * Counts the characters of a text, without leading and trailing white space. Control characters
   * are ignored, because they cannot be tokens.
   */
  void add(String text) {
    texts++;
    text.strip()
        .codePoints()
        .filter(character -> !Character.isISOControl(character))
        .forEach(character -> counts.merge(character, 1L, Long::sum));
  }

  /**
   * Returns the lines of the vocabulary: a character, a tab and its count. The first line is the
   * blank with the count -1, as in the Python project. The characters follow in the order of
   * descending count, and characters of equal count in the order of code points.
   *
   * @param countThreshold characters with a smaller count are skipped
   * @return no empty lines, and always the blank
   */
  List<String> lines(long countThreshold) {
    List<String> lines = new ArrayList<>();
    lines.add(Vocabulary.BLANK + "\t-1");
    counts.entrySet().stream()
        .filter(entry -> entry.getValue() >= countThreshold)
        .sorted(
            Comparator.comparing((Map.Entry<Integer, Long> entry) -> -entry.getValue())
                .thenComparing(Map.Entry::getKey))
        .forEach(entry -> lines.add(Character.toString(entry.getKey()) + "\t" + entry.getValue()));
    return lines;
  }

  /** Returns the number of texts that were counted. */
  long texts() {
    return texts;
  }

  /** Returns the number of different characters. */
  int characters() {
    return counts.size();
  }

  /** Returns the content of the file with these lines. */
  static byte[] file(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
