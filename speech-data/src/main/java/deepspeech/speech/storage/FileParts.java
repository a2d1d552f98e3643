package deepspeech.speech.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** A file of which parts are read. Not for use by several threads at once. */
public final class FileParts implements AutoCloseable {
  private final FileChannel channel;
  private final long begin;
  private final long size;

  /**
   * Takes a stretch of an open file, which is closed with it.
   *
   * @param begin of the stretch, bytes
   * @param size of the stretch, bytes
   */
  FileParts(FileChannel channel, long begin, long size) {
    this.channel = channel;
    this.begin = begin;
    this.size = size;
  }

  /** How many bytes there are. */
  public long size() {
    return size;
  }

  /**
   * Reads bytes.
   *
   * @param offset from 0
   * @param length at most so many, fewer at the end of the file
   * @throws IOException if the machine cannot read them
   */
  public byte[] read(long offset, int length) throws IOException {
    return LocalFiles.bytes(
        channel, begin + offset, (int) Math.max(0, Math.min(length, size - offset)));
  }

  /**
   * Reads all bytes.
   *
   * @param most bytes
   * @throws UnreadableFileException if there are more
   * @throws IOException if the machine cannot read them
   */
  public byte[] readAll(int most) throws IOException {
    if (size > most) {
      throw UnreadableFileException.tooLarge(size, most);
    }
    return read(0, (int) size);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
