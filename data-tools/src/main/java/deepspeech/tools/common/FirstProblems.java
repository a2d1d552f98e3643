package deepspeech.tools.common;

import java.util.ArrayList;
import java.util.List;

/** Problems of one kind. Counts all problems and keeps the first five. Not thread-safe. */
public final class FirstProblems {
  private static final int KEPT = 5;

  private final List<String> first = new ArrayList<>();
  private long count;

  /** Adds a problem, as a line for the user. */
  public void add(String problem) {
    count++;
    if (first.size() < KEPT) {
      first.add(problem);
    }
  }

  /** Returns the number of problems. */
  public long count() {
    return count;
  }

  /**
   * Returns the first problems, and a line with the number of further problems.
   *
   * @param what what the problems are, as a plural noun
   */
  public List<String> lines(String what) {
    List<String> lines = new ArrayList<>(first);
    if (count > first.size()) {
      lines.add("... and %d more %s".formatted(count - first.size(), what));
    }
    return lines;
  }
}
