package deepspeech.tools.common;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Utterances that are left out: counts all, keeps the first of each reason. Not thread-safe. */
public final class Problems {
  private final Map<SkipReason, FirstProblems> kinds = new EnumMap<>(SkipReason.class);
  private final SkippedUtteranceList list;

  /**
   * None so far.
   *
   * @param list gets each one
   */
  public Problems(SkippedUtteranceList list) {
    this.list = list;
  }

  /** Takes one in. */
  public void add(SkippedUtterance leftOut) {
    list.add(leftOut);
    kinds.computeIfAbsent(leftOut.reason(), reason -> new FirstProblems()).add(leftOut.detail());
  }

  /** How many there are. */
  public long count() {
    return kinds.values().stream().mapToLong(FirstProblems::count).sum();
  }

  /** Prints the first ones of each reason, and how many there are by reason. */
  public void tell(PrintStream out) {
    kinds.forEach((reason, kind) -> kind.lines(reason.toString()).forEach(out::println));
    if (!kinds.isEmpty()) {
      Map<String, Long> byName = new TreeMap<>();
      kinds.forEach((reason, kind) -> byName.put(reason.toString(), kind.count()));
      out.println("left out " + count() + " utterances: " + byName);
    }
  }
}
