package deepspeech.cli.table;

import java.util.ArrayList;
import java.util.List;

/** A text table whose columns are separated by at least two spaces. */
public final class AlignedTable {
  private final List<List<String>> rows = new ArrayList<>();

  /** Creates a table with its headings. */
  public AlignedTable(List<String> headings) {
    rows.add(headings);
  }

  /** Appends a row with as many cells as there are headings. */
  public void add(List<String> cells) {
    rows.add(cells);
  }

  /** The headings, then one line for each row. */
  public List<String> lines() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      line.append(row.get(column))
          .append(" ".repeat(widths[column] - row.get(column).length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
