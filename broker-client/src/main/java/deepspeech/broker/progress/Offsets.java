package deepspeech.broker.progress;

import java.util.Map;

/**
 * Offsets of a topic by partition, and the progress of a group.
 *
 * @param end offset after the last message
 * @param done offset after the last message that the group has acknowledged
 */
public record Offsets(Map<Integer, Long> end, Map<Integer, Long> done) {
  public Offsets {
    end = Map.copyOf(end);
    done = Map.copyOf(done);
  }

  /** Number of messages that are not yet acknowledged. */
  public long waiting() {
    return end.entrySet().stream()
        .mapToLong(entry -> Math.max(0, entry.getValue() - doneIn(entry.getKey())))
        .sum();
  }

  /** True if every message before an earlier {@code end} is acknowledged. */
  public boolean reached(Map<Integer, Long> earlierEnd) {
    return earlierEnd.entrySet().stream()
        .allMatch(entry -> doneIn(entry.getKey()) >= entry.getValue());
  }

  /** Offset after the last acknowledged message of a partition; 0 if none is acknowledged. */
  public long doneIn(int partition) {
    return done.getOrDefault(partition, 0L);
  }
}
