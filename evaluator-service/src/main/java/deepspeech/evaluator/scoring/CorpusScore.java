package deepspeech.evaluator.scoring;

import deepspeech.messages.InvalidMessageException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

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
  private EditCounts characterEdits = EditCounts.NONE;
  private EditCounts wordEdits = EditCounts.NONE;
  private long referenceCharacters;
  private long referenceWords;
  private boolean anySpace;
  private int utterances;

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
    characterEdits = characterEdits.plus(edits);
    referenceCharacters += characters.length;

    Map<String, Integer> numbers = new HashMap<>();
    int[] words = words(expected, numbers);
    wordEdits = wordEdits.plus(EditCounts.between(words, words(recognised, numbers)));
    referenceWords += words.length;
    anySpace |= expected.indexOf(' ') >= 0;
    utterances++;
    return edits;
  }

  /**
   * Corpus character error rate, from 0; above 1 if there are more edits than characters.
   *
   * @throws InvalidMessageException if there is no reference character
   */
  public double cer() {
    InvalidMessageException.require(
        referenceCharacters > 0,
        "test set",
        utterances + " utterances without a character",
        "at least one reference character");
    return (double) characterEdits.total() / referenceCharacters;
  }

  /** Corpus word error rate, from 0; empty if no reference has a space. */
  public OptionalDouble wer() {
    return anySpace
        ? OptionalDouble.of((double) wordEdits.total() / referenceWords)
        : OptionalDouble.empty();
  }

  /** Number of utterances added. */
  public int utterances() {
    return utterances;
  }

  /** Number of characters of all references. */
  public long referenceCharacters() {
    return referenceCharacters;
  }

  /** Character edits of all utterances. */
  public EditCounts characterEdits() {
    return characterEdits;
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
