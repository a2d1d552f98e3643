package deepspeech.evaluator.scoring;

/**
 * The edits of several utterances, in characters or in words.
 *
 * @param reference number of units of all references
 */
public record UnitCounts(EditCounts edits, long reference) {
  public static final UnitCounts NONE = new UnitCounts(EditCounts.NONE, 0);

  /** The sum of these counts and other counts. */
  public UnitCounts plus(UnitCounts other) {
    return new UnitCounts(edits.plus(other.edits), reference + other.reference);
  }

  /** Edits divided by the units of the references. */
  public double rate() {
    return (double) edits.total() / reference;
  }
}
