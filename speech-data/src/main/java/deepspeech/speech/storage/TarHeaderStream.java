package deepspeech.speech.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * An archive as a stream of which only the headers are read: what is skipped is not. A header that
 * claims a long name or many fields takes a bounded number of bytes.
 */
final class TarHeaderStream extends InputStream {
  private static final long MOST_HEADER_BYTES = 1 << 20;

  private final SeekableByteChannel archive;
  private long headerBytes;

  TarHeaderStream(SeekableByteChannel archive) {
    this.archive = archive;
  }

  /** What is read from here on belongs to another header. */
  void nextHeader() {
    headerBytes = 0;
  }

  @Override
  public int read() throws IOException {
    byte[] single = new byte[1];
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = archive.read(ByteBuffer.wrap(target, offset, length));
    headerBytes += Math.max(count, 0);
    if (headerBytes > MOST_HEADER_BYTES) {
      throw new IOException("a header has more than %d bytes".formatted(MOST_HEADER_BYTES));
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long before = archive.position();
    long skipped = Math.max(0, Math.min(count, archive.size() - before));
    archive.position(before + skipped);
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0, archive.size() - archive.position()));
  }
}
