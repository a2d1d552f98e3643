package deepspeech.speech.dataset;

import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.manifest.Vocabulary;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.RandomAccess;

/**
 * The usable utterances of a manifest. They are stored in a {@link RecordFile}, not in the heap.
 * The labels are computed on each access. Immutable and thread-safe.
 */
final class UtteranceTable extends AbstractList<UsableUtterance> implements RandomAccess {
  private final RecordFile records;
  private final LongBuffer positions;
  private final DoubleBuffer durations;
  private final int mostLabels;
  private final Vocabulary vocabulary;

  private UtteranceTable(Writer writer, RecordFile records, long positions, long durations) {
    this.records = records;
    this.positions = records.view(positions).asLongBuffer();
    this.durations = records.view(durations).asDoubleBuffer();
    this.mostLabels = writer.mostLabels;
    this.vocabulary = writer.vocabulary;
  }

  @Override
  public UsableUtterance get(int index) {
    ByteBuffer record = records.record(positions.get(index));
    long line = record.getLong();
    double offset = record.getDouble();
    String path = text(record, record.getInt());
    String text = text(record, record.remaining());
    return new UsableUtterance(
        new Utterance(
            line,
            path,
            offset < 0 ? OptionalDouble.empty() : OptionalDouble.of(offset),
            durations.get(index),
            text),
        vocabulary.transcript(text).labels());
  }

  @Override
  public int size() {
    return positions.limit();
  }

  /** The duration of each utterance in seconds; a copy. */
  double[] durations() {
    double[] copy = new double[durations.limit()];
    durations.get(0, copy);
    return copy;
  }

  /** The largest number of labels of an utterance. */
  int mostLabels() {
    return mostLabels;
  }

  static String text(ByteBuffer record, int length) {
    byte[] text = new byte[length];
    record.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Adds utterances in order; not thread-safe. */
  static final class Writer implements AutoCloseable {
    private static final int FIRST_ROOM = 1024;
    private static final double WHOLE_FILE = -1;

    private final RecordFile.Writer records = new RecordFile.Writer();
    private final Vocabulary vocabulary;
    private long[] positions = new long[FIRST_ROOM];
    private double[] durations = new double[FIRST_ROOM];
    private int size;
    private int mostLabels;

    /** Takes the vocabulary that gives the labels of the utterances. */
    Writer(Vocabulary vocabulary) {
      this.vocabulary = vocabulary;
    }

    void add(UsableUtterance usable) {
      if (size == positions.length) {
        positions = Arrays.copyOf(positions, 2 * size);
        durations = Arrays.copyOf(durations, 2 * size);
      }
      Utterance utterance = usable.utterance();
      byte[] path = utterance.audioFilepath().getBytes(StandardCharsets.UTF_8);
      byte[] text = utterance.text().getBytes(StandardCharsets.UTF_8);
      ByteBuffer record =
          ByteBuffer.allocate(
              Long.BYTES + Double.BYTES + Integer.BYTES + path.length + text.length);
      record
          .putLong(utterance.line())
          .putDouble(utterance.offset().orElse(WHOLE_FILE))
          .putInt(path.length)
          .put(path)
          .put(text);
      positions[size] = records.add(record.array());
      durations[size] = utterance.duration();
      mostLabels = Math.max(mostLabels, usable.labels().length);
      size++;
    }

    UtteranceTable finish() {
      long positionsAt = records.add(positions, size);
      long durationsAt = records.add(durations, size);
      return new UtteranceTable(this, records.finish(), positionsAt, durationsAt);
    }

    @Override
    public void close() {
      records.close();
    }
  }
}
