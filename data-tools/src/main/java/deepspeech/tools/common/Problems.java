package deepspeech.tools.common;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Skipped utterances. Counts all of them and keeps the first of each reason. Not thread-safe. */
public final class Problems {
  private final Map<SkipReason, FirstProblems> kinds = new EnumMap<>(SkipReason.class);
  private final SkippedUtteranceList list;

  /**
   * Starts without skipped utterances.
   *
   * @param list receives each skipped utterance
   */
  public Problems(SkippedUtteranceList list) {
    this.list = list;
  }

  /** Adds a skipped utterance. */
  public void add(SkippedUtterance skipped) {
    list.add(skipped);
    kinds.computeIfAbsent(skipped.reason(), reason -> new FirstProblems()).add(skipped.detail());
  }

  /** Returns the number of skipped utterances. */
  public long count() {
    return kinds.values().stream().mapToLong(FirstProblems::count).sum();
  }

  /** Prints the first skipped utterances of each reason, and the counts by reason. */
  public void print(PrintStream out) {
    kinds.forEach((reason, kind) -> kind.lines(reason.toString()).forEach(out::println));
    if (!kinds.isEmpty()) {
      Map<String, Long> byName = new TreeMap<>();
      kinds.forEach((reason, kind) -> byName.put(reason.toString(), kind.count()));
      out.println("skipped " + count() + " utterances: " + byName);
    }
  }
}
