package deepspeech.speech.dataset;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.RandomAccess;

/**
 * The skipped lines of a manifest. They are stored in a {@link RecordFile}, not in the heap.
 * Immutable and thread-safe.
 */
final class SkippedUtteranceLog extends AbstractList<SkippedUtterance> implements RandomAccess {
  private final RecordFile records;
  private final LongBuffer positions;
  private final Map<SkipReason, Integer> counts;

  private SkippedUtteranceLog(Writer writer, RecordFile records, long positions) {
    this.records = records;
    this.positions = records.view(positions).asLongBuffer();
    this.counts = Collections.unmodifiableMap(new EnumMap<>(writer.counts));
  }

  @Override
  public SkippedUtterance get(int index) {
    ByteBuffer record = records.record(positions.get(index));
    long line = record.getLong();
    SkipReason reason = SkipReason.valueOf(UtteranceTable.text(record, record.getInt()));
    int length = record.getInt();
    String path = length < 0 ? null : UtteranceTable.text(record, length);
    return new SkippedUtterance(
        line, path, reason, UtteranceTable.text(record, record.remaining()));
  }

  @Override
  public int size() {
    return positions.limit();
  }

  /** The number of lines by reason. Reasons without a line are missing. */
  Map<SkipReason, Integer> counts() {
    return counts;
  }

  /** Adds skipped lines in order; not thread-safe. */
  static final class Writer implements AutoCloseable {
    private final RecordFile.Writer records = new RecordFile.Writer();
    private final Map<SkipReason, Integer> counts = new EnumMap<>(SkipReason.class);
    private long[] positions = new long[16];
    private int size;

    void add(SkippedUtterance skipped) {
      if (size == positions.length) {
        positions = Arrays.copyOf(positions, 2 * size);
      }
      byte[] path = skipped.path() == null ? null : skipped.path().getBytes(StandardCharsets.UTF_8);
      byte[] detail = skipped.detail().getBytes(StandardCharsets.UTF_8);
      byte[] reason = skipped.reason().name().getBytes(StandardCharsets.UTF_8);
      int length = path == null ? 0 : path.length;
      ByteBuffer record =
          ByteBuffer.allocate(
              Long.BYTES + 2 * Integer.BYTES + reason.length + length + detail.length);
      record.putLong(skipped.utterance()).putInt(reason.length).put(reason);
      record.putInt(path == null ? -1 : length);
      if (path != null) {
        record.put(path);
      }
      record.put(detail);
      positions[size++] = records.add(record.array());
      counts.merge(skipped.reason(), 1, Integer::sum);
    }

    SkippedUtteranceLog finish() {
      long positionsAt = records.add(positions, size);
      return new SkippedUtteranceLog(this, records.finish(), positionsAt);
    }

    @Override
    public void close() {
      records.close();
    }
  }
}
