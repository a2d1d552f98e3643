package deepspeech.broker.progress;

import java.util.Map;

/**
 * Offsets of a topic by partition, and how far a group has come.
 *
 * @param end offset behind the last message
 * @param done offset behind the last message that the group has acknowledged
 */
public record Offsets(Map<Integer, Long> end, Map<Integer, Long> done) {
  public Offsets {
    end = Map.copyOf(end);
    done = Map.copyOf(done);
  }

  /** Messages that are not yet acknowledged. */
  public long waiting() {
    return end.entrySet().stream()
        .mapToLong(entry -> Math.max(0, entry.getValue() - doneIn(entry.getKey())))
        .sum();
  }

  /** True if every message is acknowledged that stood before the {@code end} of an earlier time. */
  public boolean reached(Map<Integer, Long> earlierEnd) {
    return earlierEnd.entrySet().stream()
        .allMatch(entry -> doneIn(entry.getKey()) >= entry.getValue());
  }

  private long doneIn(int partition) {
    return done.getOrDefault(partition, 0L);
  }
}
