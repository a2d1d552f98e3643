package deepspeech.speech.dataset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Counts the unknown fields of a manifest and remembers the first line of each. The number of names
 * is bounded. Not thread-safe.
 */
public final class UnknownFieldCounts {
  private static final int MOST_NAMES = 20;
  private static final int LONGEST_NAME = 40;

  private final Map<String, Count> counts = new LinkedHashMap<>();
  private boolean isFull;

  /** Counts the unknown fields of a line. */
  public void add(List<String> fields, long line) {
    for (String field : fields) {
      Count count = counts.get(field);
      if (count != null) {
        count.lines++;
      } else if (counts.size() < MOST_NAMES) {
        counts.put(field, new Count(line));
      } else {
        isFull = true;
      }
    }
  }

  /** Returns one line about all unknown fields; empty if there are none. */
  public Optional<String> summary() {
    if (counts.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "unknown fields are ignored, even if they describe the audio or the text: "
            + counts.entrySet().stream()
                .map(entry -> shown(entry.getKey()) + " " + entry.getValue())
                .collect(Collectors.joining(", "))
            + (isFull ? " and others" : ""));
  }

  private static String shown(String name) {
    String line = name.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME) + "…";
  }

  private static final class Count {
    private final long first;
    private long lines = 1;

    Count(long first) {
      this.first = first;
    }

    @Override
    public String toString() {
      return "(%d lines, the first is line %d)".formatted(lines, first);
    }
  }
}
