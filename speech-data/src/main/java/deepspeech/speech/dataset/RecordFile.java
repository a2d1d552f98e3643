package deepspeech.speech.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Byte records in a memory-mapped temporary file. They take no heap; the operating system caches
 * the pages in use. The file is unlinked after it is written, and its space is freed with the last
 * reference. Immutable and thread-safe.
 */
final class RecordFile {
  /**
   * The size of a mapped segment. A record does not cross segments, and a mapped segment has at
   * most 2 GiB.
   */
  private static final long SEGMENT = 1L << 30;

  private static final int BUFFER = 1 << 16;

  private final List<MappedByteBuffer> segments;

  private RecordFile(List<MappedByteBuffer> segments) {
    this.segments = List.copyOf(segments);
  }

  /**
   * Copies a record to the heap.
   *
   * @param position position returned by {@link Writer#add}
   */
  ByteBuffer record(long position) {
    ByteBuffer segment = segments.get((int) (position / SEGMENT));
    int at = (int) (position % SEGMENT);
    byte[] record = new byte[segment.getInt(at)];
    segment.get(at + Integer.BYTES, record);
    return ByteBuffer.wrap(record);
  }

  /**
   * Returns a view of a record in the mapped memory, without a copy.
   *
   * @param position position returned by {@link Writer#add}
   */
  ByteBuffer view(long position) {
    ByteBuffer segment = segments.get((int) (position / SEGMENT));
    int at = (int) (position % SEGMENT);
    return segment.slice(at + Integer.BYTES, segment.getInt(at));
  }

  /** Writes records in sequence; not thread-safe. */
  static final class Writer implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private long length;

    Writer() {
      try {
        this.file = Files.createTempFile("deepspeech-data-set-", ".records");
        this.channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new UncheckedIOException("no temporary file can be made: " + e.getMessage(), e);
      }
    }

    /**
     * Adds a record.
     *
     * @return the position of the record
     */
    long add(byte[] record) {
      long size = (long) Integer.BYTES + record.length;
      if (length / SEGMENT != (length + size - 1) / SEGMENT) {
        skipTo((length / SEGMENT + 1) * SEGMENT);
      }
      long position = length;
      if (buffer.remaining() < Integer.BYTES) {
        flush();
      }
      buffer.putInt(record.length);
      if (buffer.remaining() < record.length) {
        flush();
      }
      if (record.length > buffer.capacity()) {
        write(ByteBuffer.wrap(record));
      } else {
        buffer.put(record);
      }
      length += size;
      return position;
    }

    /** Adds the first {@code size} numbers as one record. */
    long add(long[] numbers, int size) {
      ByteBuffer record = ByteBuffer.allocate(size * Long.BYTES);
      record.asLongBuffer().put(numbers, 0, size);
      return add(record.array());
    }

    /** Adds the first {@code size} numbers as one record. */
    long add(double[] numbers, int size) {
      ByteBuffer record = ByteBuffer.allocate(size * Double.BYTES);
      record.asDoubleBuffer().put(numbers, 0, size);
      return add(record.array());
    }

    private void skipTo(long position) {
      flush();
      try {
        channel.position(position);
      } catch (IOException e) {
        throw failure(e);
      }
      length = position;
    }

    private void flush() {
      write(buffer.flip());
      buffer.clear();
    }

    private void write(ByteBuffer bytes) {
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        throw failure(e);
      }
    }

    /** Flushes and maps the file. No record can be added afterwards. */
    RecordFile finish() {
      flush();
      try {
        List<MappedByteBuffer> segments = new ArrayList<>();
        for (long start = 0; start < length; start += SEGMENT) {
          segments.add(
              channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(SEGMENT, length - start)));
        }
        return new RecordFile(segments);
      } catch (IOException e) {
        throw failure(e);
      }
    }

    private UncheckedIOException failure(IOException e) {
      return new UncheckedIOException("%s: %s".formatted(file, e.getMessage()), e);
    }

    /** Unlinks the file. The result of {@link #finish} stays readable. */
    @Override
    public void close() {
      try {
        channel.close();
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw failure(e);
      }
    }
  }
}
