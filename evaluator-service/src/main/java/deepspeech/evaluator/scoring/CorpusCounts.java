package deepspeech.evaluator.scoring;

import deepspeech.messages.InvalidMessageException;
import java.util.OptionalDouble;

/**
 * The counts of a corpus or of a part of it. The sum of the counts of all parts gives the error
 * rates of the corpus to the digit.
 *
 * @param anySpace true if at least one reference has a space
 * @param utterances number of utterances
 */
public record CorpusCounts(
    UnitCounts characters, UnitCounts words, boolean anySpace, int utterances) {
  public static final CorpusCounts NONE =
      new CorpusCounts(UnitCounts.NONE, UnitCounts.NONE, false, 0);

  /** The counts of both parts. */
  public CorpusCounts plus(CorpusCounts other) {
    return new CorpusCounts(
        characters.plus(other.characters),
        words.plus(other.words),
        anySpace || other.anySpace,
        utterances + other.utterances);
  }

  /**
   * Corpus character error rate, from 0; above 1 if there are more edits than characters.
   *
   * @throws InvalidMessageException if there is no reference character
   */
  public double cer() {
    InvalidMessageException.require(
        characters.reference() > 0,
        "test set",
        utterances + " utterances without a character",
        "at least one reference character");
    return characters.rate();
  }

  /** Corpus word error rate, from 0; empty if no reference has a space. */
  public OptionalDouble wer() {
    return anySpace ? OptionalDouble.of(words.rate()) : OptionalDouble.empty();
  }
}
