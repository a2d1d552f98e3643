package deepspeech.dataprep.dataset;

import deepspeech.dataprep.manifest.Utterance;
import deepspeech.dataprep.manifest.Vocabulary;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * The usable utterances of a manifest: 16 bytes of heap for each, whatever its path and text, which
 * lie in a {@link RecordFile}. The labels are looked up when an utterance is asked for. Immutable
 * and thread-safe.
 */
final class UtteranceTable extends AbstractList<UsableUtterance> implements RandomAccess {
  private final RecordFile records;
  private final long[] positions;
  private final double[] durations;
  private final int mostLabels;
  private final Vocabulary vocabulary;

  private UtteranceTable(Writer writer, RecordFile records) {
    this.records = records;
    this.positions = Arrays.copyOf(writer.positions, writer.size);
    this.durations = Arrays.copyOf(writer.durations, writer.size);
    this.mostLabels = writer.mostLabels;
    this.vocabulary = writer.vocabulary;
  }

  @Override
  public UsableUtterance get(int index) {
    ByteBuffer record = records.record(positions[index]);
    long line = record.getLong();
    String path = text(record, record.getInt());
    String text = text(record, record.remaining());
    return new UsableUtterance(
        new Utterance(line, path, durations[index], text), vocabulary.transcript(text).labels());
  }

  @Override
  public int size() {
    return positions.length;
  }

  /** Seconds of each utterance; a copy. */
  double[] durations() {
    return durations.clone();
  }

  /** Labels of the utterance that has the most. */
  int mostLabels() {
    return mostLabels;
  }

  static String text(ByteBuffer record, int length) {
    byte[] text = new byte[length];
    record.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Takes utterances in; not thread-safe. */
  static final class Writer implements AutoCloseable {
    private static final int FIRST_ROOM = 1024;

    private final RecordFile.Writer records = new RecordFile.Writer();
    private final Vocabulary vocabulary;
    private long[] positions = new long[FIRST_ROOM];
    private double[] durations = new double[FIRST_ROOM];
    private int size;
    private int mostLabels;

    /** Writes utterances whose labels a vocabulary gives. */
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
          ByteBuffer.allocate(Long.BYTES + Integer.BYTES + path.length + text.length);
      record.putLong(utterance.line()).putInt(path.length).put(path).put(text);
      positions[size] = records.add(record.array());
      durations[size] = utterance.duration();
      mostLabels = Math.max(mostLabels, usable.labels().length);
      size++;
    }

    UtteranceTable finish() {
      return new UtteranceTable(this, records.finish());
    }

    @Override
    public void close() {
      records.close();
    }
  }
}
