package deepspeech.evaluator.scoring;

import deepspeech.messages.InvalidMessageException;
import java.util.Arrays;

/**
 * The edits by which a hypothesis differs from its reference.
 *
 * @param substitutions number of units of the reference that other units replace
 * @param insertions number of units that the reference lacks
 * @param deletions number of units of the reference that the hypothesis lacks
 */
public record EditCounts(long substitutions, long insertions, long deletions) {
  public static final EditCounts NONE = new EditCounts(0, 0, 0);

  /**
   * A cost counts all edits in its upper 32 bits, and insertions and deletions in its lower 32 bits
   * too.
   */
  private static final long EDIT = 1L << 32;

  private static final long INDEL = EDIT + 1;

  public EditCounts {
    InvalidMessageException.require(
        substitutions >= 0 && insertions >= 0 && deletions >= 0,
        "edits",
        substitutions + ", " + insertions + ", " + deletions,
        "numbers from 0");
  }

  /**
   * Counts the edits of an alignment with the fewest edits (Levenshtein 1966; Wagner and Fischer
   * 1974). Among several such alignments one with the most substitutions counts, which makes the
   * three numbers unique.
   *
   * @param reference units, such as Unicode code points
   * @param hypothesis units of the same kind
   */
  public static EditCounts between(int[] reference, int[] hypothesis) {
    long[] above = new long[hypothesis.length + 1];
    long[] row = new long[hypothesis.length + 1];
    Arrays.setAll(above, j -> j * INDEL);
    for (int i = 0; i < reference.length; i++) {
      row[0] = (i + 1) * INDEL;
      for (int j = 0; j < hypothesis.length; j++) {
        long substitution = above[j] + (reference[i] == hypothesis[j] ? 0 : EDIT);
        row[j + 1] = Math.min(substitution, Math.min(above[j + 1], row[j]) + INDEL);
      }
      long[] done = above;
      above = row;
      row = done;
    }
    long cost = above[hypothesis.length];
    long edits = cost >>> 32;
    long indels = cost & (EDIT - 1);
    long insertions = (indels + hypothesis.length - reference.length) / 2;
    return new EditCounts(edits - indels, insertions, indels - insertions);
  }

  /** All edits: the edit distance. */
  public long total() {
    return substitutions + insertions + deletions;
  }

  /** The sum of these counts and other counts. */
  public EditCounts plus(EditCounts other) {
    return new EditCounts(
        substitutions + other.substitutions,
        insertions + other.insertions,
        deletions + other.deletions);
  }
}
