package deepspeech.speech.audio;

import java.io.IOException;

/** An open recording of which any range of bytes can be read. Not for use by several threads. */
public interface ByteRanges extends AutoCloseable {
  /** The size of the recording in bytes. */
  long size();

  /**
   * Reads a range of bytes.
   *
   * @param offset first byte, from 0
   * @param length largest number of bytes; fewer are returned at the end of the recording
   */
  byte[] read(long offset, int length) throws IOException;

  @Override
  void close() throws IOException;
}
