package deepspeech.evaluator.scoring;

import java.util.HashMap;
import java.util.Map;

/**
 * Error rates over a corpus: all edits divided by all reference units, so a long utterance has more
 * weight than a short one.
 *
 * <p>Characters are Unicode code points. Spaces are characters like any other, as in the manual's
 * {@code char_errors}; a sequence of white space counts as one space, and white space at the ends
 * does not count, in references and hypotheses alike. Words are the texts between spaces. They are
 * scored if at least one reference has a space.
 *
 * <p>Not thread-safe.
 */
public final class CorpusScore {
  private CorpusCounts counts = CorpusCounts.NONE;

  /**
   * Adds an utterance.
   *
   * @return character edits of the utterance
   */
  public EditCounts add(String reference, String hypothesis) {
    String expected = normalised(reference);
    String recognised = normalised(hypothesis);
    int[] characters = expected.codePoints().toArray();
    EditCounts edits = EditCounts.between(characters, recognised.codePoints().toArray());
    Map<String, Integer> numbers = new HashMap<>();
    int[] words = words(expected, numbers);
    counts =
        counts.plus(
            new CorpusCounts(
                new UnitCounts(edits, characters.length),
                new UnitCounts(EditCounts.between(words, words(recognised, numbers)), words.length),
                expected.indexOf(' ') >= 0,
                1));
    return edits;
  }

  /** The counts of all utterances added. */
  public CorpusCounts counts() {
    return counts;
  }

  private static String normalised(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static int[] words(String text, Map<String, Integer> numbers) {
    if (text.isEmpty()) {
      return new int[0];
    }
    String[] words = text.split(" ", -1);
    int[] units = new int[words.length];
    for (int i = 0; i < words.length; i++) {
      Integer number = numbers.putIfAbsent(words[i], numbers.size());
      units[i] = number == null ? numbers.size() - 1 : number;
    }
    return units;
  }
}
