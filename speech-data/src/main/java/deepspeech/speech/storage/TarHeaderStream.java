package deepspeech.speech.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A stream of an archive that seeks over skipped content, so that only the headers are read. The
 * size of a header is bounded, whatever name length or number of fields it claims.
 */
final class TarHeaderStream extends InputStream {
  private static final long MOST_HEADER_BYTES = 1 << 20;

  private final SeekableByteChannel archive;
  private long headerBytes;

  TarHeaderStream(SeekableByteChannel archive) {
    this.archive = archive;
  }

  /** Resets the byte count; the following bytes belong to the next header. */
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
