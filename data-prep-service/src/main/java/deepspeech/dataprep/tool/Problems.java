package deepspeech.dataprep.tool;

import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.LeftOut;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Utterances that are left out: counts all, keeps the first of each reason. Not thread-safe. */
public final class Problems {
  private static final int TOLD = 5;

  private final Map<LeftOutReason, Kind> kinds = new EnumMap<>(LeftOutReason.class);
  private final Kind withoutReason = new Kind();

  /** Takes one in. */
  public void add(LeftOut leftOut) {
    kinds.computeIfAbsent(leftOut.reason(), reason -> new Kind()).add(leftOut.detail());
  }

  /** Takes one in that has no reason code, with a line that tells why. */
  public void add(String detail) {
    withoutReason.add(detail);
  }

  /** How many there are. */
  public long count() {
    return withoutReason.count + kinds.values().stream().mapToLong(kind -> kind.count).sum();
  }

  /** Prints the first ones of each reason, and how many there are by reason. */
  public void tell(PrintStream out) {
    withoutReason.tell(out, "");
    kinds.forEach((reason, kind) -> kind.tell(out, " " + reason));
    if (!kinds.isEmpty()) {
      Map<String, Long> byName = new TreeMap<>();
      kinds.forEach((reason, kind) -> byName.put(reason.toString(), kind.count));
      out.println("left out " + count() + " utterances: " + byName);
    }
  }

  private static final class Kind {
    private final List<String> first = new ArrayList<>();
    private long count;

    void add(String detail) {
      count++;
      if (first.size() < TOLD) {
        first.add(detail);
      }
    }

    void tell(PrintStream out, String reason) {
      first.forEach(out::println);
      if (count > first.size()) {
        out.println("... and %d more%s".formatted(count - first.size(), reason));
      }
    }
  }
}
