package deepspeech.tools.common;

import java.util.ArrayList;
import java.util.List;

/** Problems of one kind: counts all, keeps the first. Not thread-safe. */
public final class FirstProblems {
  private static final int KEPT = 5;

  private final List<String> first = new ArrayList<>();
  private long count;

  /** Takes one in, as a line for a person. */
  public void add(String problem) {
    count++;
    if (first.size() < KEPT) {
      first.add(problem);
    }
  }

  /** How many there are. */
  public long count() {
    return count;
  }

  /**
   * The first ones, and how many more there are.
   *
   * @param what they are
   */
  public List<String> lines(String what) {
    List<String> lines = new ArrayList<>(first);
    if (count > first.size()) {
      lines.add("... and %d more %s".formatted(count - first.size(), what));
    }
    return lines;
  }
}
