package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.nio.ByteBuffer;

/**
 * The sizes of the chunks of a WAV file. A chunk header has a size of 32 bits. In an RF64 or BW64
 * file a size of 0xFFFFFFFF refers to a size of 64 bits in the {@code ds64} chunk.
 *
 * <p>Source: EBU Tech 3306 (2009), "RF64: An extended file format for audio"; ITU-R BS.2088 (2019).
 *
 * <p>A program that writes to a pipe cannot go back to fill in the size of its data. It leaves an
 * impossible size, and the data extend to the end of the file. Known values are 0xFFFFFFFF
 * (ffmpeg), 0x7FFFF000 rounded down to whole frames (sox), 0x7FFFFFFF, 0x80000000 (arecord), each
 * of these minus the size of the header, and 0 with samples after it. Therefore a size within 64
 * KiB of 2^31 or 2^32 that exceeds the file counts as unknown.
 */
final class WavChunkSizes {
  private static final int DS64 = WavDecoder.fourCc("ds64");
  private static final int DS64_SIZE = 28;
  private static final int TABLE_ENTRY_SIZE = 12;
  private static final long ELSEWHERE = 0xFFFFFFFFL;
  private static final long NEAR = 1 << 16;

  private final ByteBuffer file;

  /** The offset and the size of the content of {@code ds64}; the size is 0 in a plain file. */
  private final int ds64;

  private final int ds64Size;
  private boolean hasWholeChunks;

  private WavChunkSizes(ByteBuffer file, int ds64, int ds64Size) {
    this.file = file;
    this.ds64 = ds64;
    this.ds64Size = ds64Size;
  }

  /** Returns the sizes of a plain file. */
  static WavChunkSizes plain(ByteBuffer file) {
    return new WavChunkSizes(file, 0, 0);
  }

  /** Returns the sizes of an RF64 or BW64 file. Its {@code ds64} chunk must come first. */
  static WavChunkSizes rf64(ByteBuffer file) throws UnusableAudioException {
    int start = WavDecoder.FIRST_CHUNK + WavDecoder.CHUNK_HEADER;
    if (file.capacity() < start || file.getInt(WavDecoder.FIRST_CHUNK) != DS64) {
      throw UnusableAudioException.broken("the RF64 file does not begin with a 'ds64' chunk");
    }
    long size = file.getInt(WavDecoder.FIRST_CHUNK + 4) & 0xFFFFFFFFL;
    if (size < DS64_SIZE || size > file.capacity() - start) {
      throw UnusableAudioException.broken(
          "the RF64 chunk 'ds64' claims %d bytes; it needs at least %d and the file has %d left"
              .formatted(size, DS64_SIZE, file.capacity() - start));
    }
    return new WavChunkSizes(file, start, (int) size);
  }

  /**
   * Returns the size of a chunk.
   *
   * @param chunk offset of its header
   * @return size of its content in bytes, at least 0; data of unknown size extend to the end of the
   *     file
   * @throws UnusableAudioException if the content exceeds the file
   */
  int of(int chunk) throws UnusableAudioException {
    int id = file.getInt(chunk);
    int start = chunk + WavDecoder.CHUNK_HEADER;
    int available = file.capacity() - start;
    long size = file.getInt(chunk + 4) & 0xFFFFFFFFL;
    if (size == ELSEWHERE && ds64Size > 0) {
      size = wide(id);
    }
    if (id == WavDecoder.DATA && isUnknown(size, start, available)) {
      return available;
    }
    if (size < 0 || size > available) {
      throw UnusableAudioException.broken(
          "the WAV chunk '%s' claims %s bytes but the file has %d left: truncated or a wrong header"
              .formatted(WavDecoder.chunkName(id), Long.toUnsignedString(size), available));
    }
    return (int) size;
  }

  private boolean isUnknown(long size, int start, int available) {
    if (size == 0) {
      // Chunks that follow whole chunks are whole too, so a positive result is reused.
      hasWholeChunks = hasWholeChunks || chunksFollow(start);
      return !hasWholeChunks;
    }
    return size < 0 || (size > available && nearPowerOfTwo(size));
  }

  /**
   * Returns the size from {@code ds64}, or the 32-bit value if {@code ds64} does not have one for
   * this chunk.
   */
  private long wide(int id) {
    if (id == WavDecoder.DATA) {
      return file.getLong(ds64 + 8);
    }
    long entries = file.getInt(ds64 + 24) & 0xFFFFFFFFL;
    entries = Math.min(entries, (ds64Size - DS64_SIZE) / TABLE_ENTRY_SIZE);
    for (int i = 0; i < Math.min(entries, WavDecoder.MOST_CHUNKS); i++) {
      int entry = ds64 + DS64_SIZE + i * TABLE_ENTRY_SIZE;
      if (file.getInt(entry) == id) {
        return file.getLong(entry + 4);
      }
    }
    return ELSEWHERE;
  }

  /** Whether a 32-bit size is one that a program writes to a pipe. */
  static boolean nearPowerOfTwo(long size) {
    return Math.abs(size - (1L << 31)) <= NEAR || Math.abs(size - (1L << 32)) <= NEAR;
  }

  /** Whether there are only whole chunks from an offset to the end of the file. */
  private boolean chunksFollow(int start) {
    long position = start;
    while (position < file.capacity()) {
      if (file.capacity() - position < WavDecoder.CHUNK_HEADER
          || !isName(file.getInt((int) position))) {
        return false;
      }
      long size = file.getInt((int) position + 4) & 0xFFFFFFFFL;
      position += WavDecoder.CHUNK_HEADER + size + (size & 1);
    }
    // The last chunk may lack its padding byte.
    return position <= file.capacity() + 1L;
  }

  static boolean isName(int id) {
    for (int shift = 0; shift < 32; shift += 8) {
      int c = id >> shift & 0xFF;
      if (c < 0x20 || c > 0x7E) {
        return false;
      }
    }
    return true;
  }
}
