package deepspeech.tools.prepare;

import deepspeech.speech.manifest.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the characters of texts and makes a vocabulary file of them. */
final class CharacterCounts {
  private final Map<Integer, Long> counts = new HashMap<>();
  private long texts;

  /** Counts a text without the white space around it. Control characters can be no tokens. */
  void add(String text) {
    texts++;
    text.strip()
        .codePoints()
        .filter(character -> !Character.isISOControl(character))
        .forEach(character -> counts.merge(character, 1L, Long::sum));
  }

  /**
   * The vocabulary: the blank with the count -1 as in the seed, then the characters by count, the
   * most frequent first, equally frequent ones by code point; on each line the character, a tab and
   * the count.
   *
   * @param countThreshold characters with a smaller count are left out
   * @return empty lines never, the blank always
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

  /** How many texts were counted. */
  long texts() {
    return texts;
  }

  /** How many different characters there are. */
  int characters() {
    return counts.size();
  }

  /** The file that holds the lines. */
  static byte[] file(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
