package deepspeech.speech.storage;

import deepspeech.speech.audio.ByteRanges;
import java.io.IOException;
import java.nio.channels.FileChannel;

/** Reads parts of an open file. Not for use by several threads at once. */
final class FileParts implements ByteRanges {
  private final FileChannel channel;
  private final long begin;
  private final long size;

  /**
   * Takes a range of an open file, which is closed with this object.
   *
   * @param begin first byte of the range
   * @param size size of the range in bytes
   */
  FileParts(FileChannel channel, long begin, long size) {
    this.channel = channel;
    this.begin = begin;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    return LocalFiles.bytes(
        channel, begin + offset, (int) Math.max(0, Math.min(length, size - offset)));
  }

  /**
   * Reads all bytes.
   *
   * @param most largest allowed size in bytes
   * @throws UnreadableFileException if the file is larger
   * @throws IOException if the machine cannot read them
   */
  byte[] readAll(int most) throws IOException {
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
