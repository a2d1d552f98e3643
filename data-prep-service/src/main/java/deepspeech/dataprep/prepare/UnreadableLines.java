package deepspeech.dataprep.prepare;

import java.util.ArrayList;
import java.util.List;

/** Lines of a file that say nothing about any utterance, because they cannot be read. */
final class UnreadableLines {
  private static final int SHOWN = 5;

  private final List<String> first = new ArrayList<>();
  private long count;

  /** Takes one in, with file, line and reason. */
  void add(String problem) {
    count++;
    if (first.size() < SHOWN) {
      first.add(problem);
    }
  }

  /** The first ones, and how many more there are. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>(first);
    if (count > first.size()) {
      remarks.add("... and %d more unreadable lines".formatted(count - first.size()));
    }
    return remarks;
  }
}
