package deepspeech.dashboard.transcript;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Aligns a hypothesis with its reference, character by character (Unicode code points). The
 * alignment has the fewest edits (Wagner and Fischer, "The String-to-String Correction Problem",
 * 1974). Among several such alignments it has the most substitutions, as the evaluator counts them.
 */
public final class Alignment {
  /**
   * Largest number of table cells, more than any utterance needs. Beyond it, the part that differs
   * becomes one deletion and one insertion.
   */
  private static final long LARGEST_TABLE = 4_000_000;

  /**
   * A cost counts all edits in its upper 32 bits, and insertions and deletions in its lower 32 bits
   * too.
   */
  private static final long EDIT = 1L << 32;

  private static final long INDEL = EDIT + 1;

  /** How characters of the reference appear in the hypothesis. */
  public enum Operation {
    EQUAL,
    SUBSTITUTION,
    /** The hypothesis has characters that the reference lacks. */
    INSERTION,
    /** The hypothesis lacks characters of the reference. */
    DELETION;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Adjacent characters with the same operation.
   *
   * @param reference text in the reference; empty for an insertion
   * @param hypothesis text in the hypothesis; empty for a deletion
   */
  public record AlignedSegment(Operation operation, String reference, String hypothesis) {}

  private Alignment() {}

  /**
   * Aligns two texts.
   *
   * @return segments from left to right; two adjacent segments have different operations
   */
  public static List<AlignedSegment> of(String reference, String hypothesis) {
    int[] from = reference.codePoints().toArray();
    int[] to = hypothesis.codePoints().toArray();
    int prefix = 0;
    while (prefix < Math.min(from.length, to.length) && from[prefix] == to[prefix]) {
      prefix++;
    }
    int suffix = 0;
    while (suffix < Math.min(from.length, to.length) - prefix
        && from[from.length - 1 - suffix] == to[to.length - 1 - suffix]) {
      suffix++;
    }
    Segments segments = new Segments(from, to);
    segments.add(Operation.EQUAL, 0, prefix, 0, prefix);
    int rows = from.length - prefix - suffix;
    int columns = to.length - prefix - suffix;
    if ((rows + 1L) * (columns + 1L) > LARGEST_TABLE) {
      segments.add(Operation.DELETION, prefix, prefix + rows, prefix, prefix);
      segments.add(Operation.INSERTION, prefix + rows, prefix + rows, prefix, prefix + columns);
    } else {
      align(segments, from, to, prefix, rows, columns);
    }
    segments.add(Operation.EQUAL, from.length - suffix, from.length, to.length - suffix, to.length);
    return segments.joined();
  }

  private static void align(
      Segments segments, int[] from, int[] to, int prefix, int rows, int columns) {
    long[][] cost = new long[rows + 1][columns + 1];
    for (int i = 0; i <= rows; i++) {
      for (int j = 0; j <= columns; j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = (i + j) * INDEL;
        } else {
          long kept = cost[i - 1][j - 1] + (from[prefix + i - 1] == to[prefix + j - 1] ? 0 : EDIT);
          cost[i][j] = Math.min(kept, Math.min(cost[i - 1][j], cost[i][j - 1]) + INDEL);
        }
      }
    }
    List<Operation> backwards = new ArrayList<>();
    int i = rows;
    int j = columns;
    while (i > 0 || j > 0) {
      boolean same = i > 0 && j > 0 && from[prefix + i - 1] == to[prefix + j - 1];
      if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + (same ? 0 : EDIT)) {
        backwards.add(same ? Operation.EQUAL : Operation.SUBSTITUTION);
        i--;
        j--;
      } else if (i > 0 && cost[i][j] == cost[i - 1][j] + INDEL) {
        backwards.add(Operation.DELETION);
        i--;
      } else {
        backwards.add(Operation.INSERTION);
        j--;
      }
    }
    Collections.reverse(backwards);
    int row = prefix;
    int column = prefix;
    for (Operation operation : backwards) {
      int nextRow = operation == Operation.INSERTION ? row : row + 1;
      int nextColumn = operation == Operation.DELETION ? column : column + 1;
      segments.add(operation, row, nextRow, column, nextColumn);
      row = nextRow;
      column = nextColumn;
    }
  }

  /** Joins adjacent characters with the same operation. */
  private static final class Segments {
    private final int[] from;
    private final int[] to;
    private final List<AlignedSegment> done = new ArrayList<>();
    private Operation operation;
    private final StringBuilder reference = new StringBuilder();
    private final StringBuilder hypothesis = new StringBuilder();

    Segments(int[] from, int[] to) {
      this.from = from;
      this.to = to;
    }

    void add(Operation next, int fromBegin, int fromEnd, int toBegin, int toEnd) {
      if (fromBegin == fromEnd && toBegin == toEnd) {
        return;
      }
      if (next != operation) {
        flush();
        operation = next;
      }
      reference.append(new String(from, fromBegin, fromEnd - fromBegin));
      hypothesis.append(new String(to, toBegin, toEnd - toBegin));
    }

    List<AlignedSegment> joined() {
      flush();
      return List.copyOf(done);
    }

    private void flush() {
      if (operation != null) {
        done.add(new AlignedSegment(operation, reference.toString(), hypothesis.toString()));
      }
      operation = null;
      reference.setLength(0);
      hypothesis.setLength(0);
    }
  }
}
