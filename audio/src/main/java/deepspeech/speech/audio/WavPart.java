package deepspeech.speech.audio;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts a segment out of a WAV recording of any length. It reads only the header and the bytes of
 * the segment. The result is a WAV file, which {@link WavDecoder} decodes.
 */
final class WavPart {
  private static final int MOST_BYTES = 1 << 28;
  private static final int SHORTEST_FORMAT = 16;
  private static final int LONGEST_FORMAT = 1 << 10;
  private static final long UNKNOWN_SIZE = 0xFFFFFFFFL;

  /**
   * PCM, float, A-law, mu-law and extensible. Their frames always have the same number of bytes.
   */
  private static final Set<Integer> FRAMED = Set.of(1, 3, 6, 7, 0xFFFE);

  private final byte[] format;
  private final long dataStart;
  private final long dataSize;
  private final int sampleRate;
  private final int frameBytes;

  private WavPart(byte[] format, long dataStart, long dataSize) {
    this.format = format;
    this.dataStart = dataStart;
    this.dataSize = dataSize;
    ByteBuffer fields = ByteBuffer.wrap(format).order(ByteOrder.LITTLE_ENDIAN);
    this.sampleRate = fields.getInt(4);
    this.frameBytes = fields.getShort(12) & 0xFFFF;
  }

  /**
   * Finds the audio in a file.
   *
   * @return empty if the file is not a WAV file with frames of a fixed size
   * @throws UnusableAudioException if the file consists of several WAV files
   */
  static Optional<WavPart> find(ByteRanges file) throws IOException, UnusableAudioException {
    byte[] head = file.read(0, WavDecoder.FIRST_CHUNK);
    if (!WavDecoder.begins(head)) {
      return Optional.empty();
    }
    byte[] format = null;
    Optional<Long> wide = Optional.empty();
    long position = WavDecoder.FIRST_CHUNK;
    for (int i = 0; i < WavDecoder.MOST_CHUNKS; i++) {
      byte[] header = file.read(position, WavDecoder.CHUNK_HEADER);
      if (header.length < WavDecoder.CHUNK_HEADER) {
        return Optional.empty();
      }
      long size = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(4) & UNKNOWN_SIZE;
      long start = position + WavDecoder.CHUNK_HEADER;
      switch (text(header, 0)) {
        case "ds64" -> wide = wideSize(file.read(start, 2 * Long.BYTES));
        case "fmt " -> format = file.read(start, (int) Math.min(size, LONGEST_FORMAT));
        case "data" -> {
          boolean isWide = size == UNKNOWN_SIZE && wide.isPresent();
          long bytes =
              isWide
                  ? dataSize(wide.get(), file.size() - start)
                  : dataSize(size, file.size() - start, file, start);
          JoinedWav.refuse(file, head, start + bytes);
          return of(format, start, bytes);
        }
        default -> {
          // Other chunks only describe the recording.
        }
      }
      position = start + size + (size & 1);
    }
    return Optional.empty();
  }

  private static Optional<WavPart> of(byte[] format, long start, long size) {
    if (format == null || format.length < SHORTEST_FORMAT) {
      return Optional.empty();
    }
    WavPart part = new WavPart(format, start, size);
    int encoding = ByteBuffer.wrap(format).order(ByteOrder.LITTLE_ENDIAN).getShort(0) & 0xFFFF;
    boolean isFramed = FRAMED.contains(encoding) && part.frameBytes > 0;
    return isFramed && AudioLimits.allows(part.sampleRate) ? Optional.of(part) : Optional.empty();
  }

  /**
   * Returns the size of the data. If the size is unknown, or the file is truncated, the data extend
   * to the end of the file.
   */
  private static long dataSize(long stated, long left) {
    return stated <= 0 || stated > left ? left : stated;
  }

  /**
   * Returns the size of the data if a program may have written the file to a pipe. The size that it
   * left may be smaller than the data. In that case no chunks follow after that size.
   */
  private static long dataSize(long stated, long left, ByteRanges file, long start)
      throws IOException {
    boolean isGuess =
        stated < left
            && WavChunkSizes.nearPowerOfTwo(stated)
            && !chunksFollow(file, start + stated + (stated & 1));
    return isGuess ? left : dataSize(stated, left);
  }

  /** Whether there are only whole chunks from an offset to the end of the file. */
  private static boolean chunksFollow(ByteRanges file, long start) throws IOException {
    long position = start;
    for (int i = 0; i < WavDecoder.MOST_CHUNKS && position < file.size(); i++) {
      byte[] header = file.read(position, WavDecoder.CHUNK_HEADER);
      if (header.length < WavDecoder.CHUNK_HEADER) {
        return false;
      }
      ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
      if (!WavChunkSizes.isName(fields.getInt(0))) {
        return false;
      }
      long size = fields.getInt(4) & UNKNOWN_SIZE;
      position += WavDecoder.CHUNK_HEADER + size + (size & 1);
    }
    // The last chunk may lack its padding byte.
    return position == file.size() || position == file.size() + 1;
  }

  private static Optional<Long> wideSize(byte[] sizes) {
    return sizes.length < 2 * Long.BYTES
        ? Optional.empty()
        : Optional.of(ByteBuffer.wrap(sizes).order(ByteOrder.LITTLE_ENDIAN).getLong(Long.BYTES));
  }

  private static String text(byte[] bytes, int at) {
    return bytes.length < at + 4 ? "" : new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads a segment.
   *
   * @param maxSeconds largest allowed duration of a segment
   * @return a WAV file
   * @throws UnusableAudioException if the recording ends before the segment begins, or if the
   *     segment is too long
   */
  byte[] read(ByteRanges file, Segment segment, double maxSeconds)
      throws IOException, UnusableAudioException {
    Frames frames = Frames.of(segment, dataSize / frameBytes, sampleRate, maxSeconds);
    long bytes = (long) frames.count() * frameBytes;
    if (bytes > MOST_BYTES) {
      throw new UnusableAudioException(
          SkipReason.TOO_LONG,
          "the segment has %d bytes in frames of %d; at most %d bytes can be read"
              .formatted(bytes, frameBytes, MOST_BYTES));
    }
    byte[] samples = file.read(dataStart + frames.first() * frameBytes, (int) bytes);
    ByteBuffer part =
        ByteBuffer.allocate(
                WavDecoder.FIRST_CHUNK
                    + 2 * WavDecoder.CHUNK_HEADER
                    + format.length
                    + samples.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    put(part, "RIFF").putInt(part.capacity() - WavDecoder.CHUNK_HEADER);
    put(put(part, "WAVE"), "fmt ").putInt(format.length).put(format);
    put(part, "data").putInt(samples.length).put(samples);
    return part.array();
  }

  private static ByteBuffer put(ByteBuffer part, String id) {
    return part.put(id.getBytes(StandardCharsets.ISO_8859_1));
  }
}
