package deepspeech.dataprep.audio;

import deepspeech.dataprep.manifest.Segment;
import deepspeech.dataprep.storage.FileParts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts a segment out of a WAV recording of any length by reading its header and the bytes of the
 * segment alone. What the bytes mean is left to {@link WavDecoder}, which reads what is cut out as
 * a file of its own.
 */
final class WavPart {
  private static final int MOST_CHUNKS = 1000;
  private static final int SHORTEST_FORMAT = 16;
  private static final int LONGEST_FORMAT = 1 << 10;
  private static final long UNKNOWN_SIZE = 0xFFFFFFFFL;

  /** PCM, float, A-law, mu-law and extensible: a frame has always the same number of bytes. */
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
   * @return empty if it is no WAV file whose frames can be told apart
   */
  static Optional<WavPart> find(FileParts file) throws IOException {
    if (!WavDecoder.begins(file.read(0, WavDecoder.FIRST_CHUNK))) {
      return Optional.empty();
    }
    byte[] format = null;
    long stated = UNKNOWN_SIZE;
    long position = WavDecoder.FIRST_CHUNK;
    for (int i = 0; i < MOST_CHUNKS; i++) {
      byte[] header = file.read(position, WavDecoder.CHUNK_HEADER);
      if (header.length < WavDecoder.CHUNK_HEADER) {
        return Optional.empty();
      }
      long size = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(4) & UNKNOWN_SIZE;
      long start = position + WavDecoder.CHUNK_HEADER;
      switch (text(header, 0)) {
        case "ds64" -> stated = statedSize(file.read(start, 2 * Long.BYTES));
        case "fmt " -> format = file.read(start, (int) Math.min(size, LONGEST_FORMAT));
        case "data" -> {
          long known = size == UNKNOWN_SIZE ? stated : size;
          return of(format, start, dataSize(known, file.size() - start));
        }
        default -> {
          // Chunks that describe the recording.
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

  /** What a pipe wrote and what was cut off goes to the end of the file. */
  private static long dataSize(long stated, long left) {
    return stated <= 0 || stated > left ? left : stated;
  }

  private static long statedSize(byte[] sizes) {
    return sizes.length < 2 * Long.BYTES
        ? UNKNOWN_SIZE
        : ByteBuffer.wrap(sizes).order(ByteOrder.LITTLE_ENDIAN).getLong(Long.BYTES);
  }

  private static String text(byte[] bytes, int at) {
    return bytes.length < at + 4 ? "" : new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads a segment.
   *
   * @param maxSeconds a longer segment is refused
   * @return a WAV file
   * @throws UnusableAudioException if the recording ends before the segment begins, or if the
   *     segment is too long
   */
  byte[] read(FileParts file, Segment segment, double maxSeconds)
      throws IOException, UnusableAudioException {
    Frames frames = Frames.of(segment, dataSize / frameBytes, sampleRate, maxSeconds);
    int bytes = Math.multiplyExact(frames.count(), frameBytes);
    byte[] samples = file.read(dataStart + frames.first() * frameBytes, bytes);
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
