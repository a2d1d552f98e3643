package deepspeech.broker.feed;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The offsets of each batch's parts in the feature topic. Not thread-safe. */
final class ReplyIndex {
  private static final long ABSENT = -1;

  private final TreeMap<BatchPosition, long[]> offsets = new TreeMap<>();
  private long scannedTo;

  /** The offset up to which the topic's records are known. */
  long scannedTo() {
    return scannedTo;
  }

  /** Marks a record of any kind as seen. */
  void scanned(long offset) {
    scannedTo = Math.max(scannedTo, offset + 1);
  }

  /** Adds a part. Of several equal parts the first counts. */
  void add(BatchPosition position, int part, int parts, long offset) {
    long[] known = offsets.get(position);
    if (known == null || known.length != parts) {
      known = new long[parts];
      Arrays.fill(known, ABSENT);
      offsets.put(position, known);
    }
    if (known[part] == ABSENT) {
      known[part] = offset;
    }
  }

  /** The offset of a batch's first part; empty unless all its parts are known. */
  OptionalLong complete(BatchPosition position) {
    long[] known = offsets.get(position);
    return known == null || Arrays.stream(known).anyMatch(offset -> offset == ABSENT)
        ? OptionalLong.empty()
        : Arrays.stream(known).min();
  }

  /** The lowest offset of any part of the given batch and the later ones. */
  OptionalLong lowestFrom(BatchPosition position) {
    return offsets.tailMap(position, true).values().stream()
        .flatMapToLong(Arrays::stream)
        .filter(offset -> offset != ABSENT)
        .min();
  }

  void forget(BatchPosition position) {
    offsets.remove(position);
  }

  void forgetBefore(BatchPosition position) {
    offsets.headMap(position, false).clear();
  }

  /** Clears the index. The topic starts at the given offset. */
  void restart(long beginning) {
    offsets.clear();
    scannedTo = beginning;
  }
}
