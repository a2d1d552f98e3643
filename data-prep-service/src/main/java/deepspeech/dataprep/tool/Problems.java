package deepspeech.dataprep.tool;

import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.LeftOut;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Utterances that are left out: counts all, keeps the first. Not thread-safe. */
public final class Problems {
  private static final int TOLD = 10;

  private final List<String> first = new ArrayList<>();
  private final Map<LeftOutReason, Long> reasons = new EnumMap<>(LeftOutReason.class);
  private long count;

  /** Takes one in. */
  public void add(LeftOut leftOut) {
    add(leftOut.detail());
    reasons.merge(leftOut.reason(), 1L, Long::sum);
  }

  /** Takes one in that has no reason code, with a line that tells why. */
  public void add(String detail) {
    count++;
    if (first.size() < TOLD) {
      first.add(detail);
    }
  }

  /** How many there are. */
  public long count() {
    return count;
  }

  /** Prints the first ones, and how many there are by reason. */
  public void tell(PrintStream out) {
    first.forEach(out::println);
    if (!reasons.isEmpty()) {
      Map<String, Long> byName = new TreeMap<>();
      reasons.forEach((reason, number) -> byName.put(reason.toString(), number));
      out.println("left out " + count + " utterances: " + byName);
    }
  }
}
