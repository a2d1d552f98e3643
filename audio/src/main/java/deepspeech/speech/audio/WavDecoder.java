package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Decodes RIFF/WAVE, RF64 and BW64 files: integers of 1 to 32 bits, floats of 32 and 64 bits, A-law
 * and mu-law, plain or {@code WAVE_FORMAT_EXTENSIBLE}, with any number of channels and chunks in
 * any order.
 *
 * <p>Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft,
 * 1991), "RIFF WAVE"; Microsoft, "Multiple Channel Audio Data and WAVE Files" (the extensible
 * format).
 */
final class WavDecoder implements AudioDecoder {
  static final int DATA = fourCc("data");
  static final int FIRST_CHUNK = 12;
  static final int CHUNK_HEADER = 8;

  /** The largest number of chunks; typical files have about ten. */
  static final int MOST_CHUNKS = 1000;

  private static final int RIFF = fourCc("RIFF");
  private static final int RF64 = fourCc("RF64");
  private static final int BW64 = fourCc("BW64");
  private static final int WAVE = fourCc("WAVE");
  private static final int FMT = fourCc("fmt ");

  @Override
  public boolean recognises(byte[] content) {
    return begins(content);
  }

  /** Whether a file begins as a WAV file. Its first {@link #FIRST_CHUNK} bytes are enough. */
  static boolean begins(byte[] content) {
    return beginsAt(content, 0);
  }

  /** Whether a WAV file begins at an offset of a file. */
  static boolean beginsAt(byte[] content, int at) {
    if (content.length - at < FIRST_CHUNK) {
      return false;
    }
    ByteBuffer file = buffer(content);
    int id = file.getInt(at);
    return (id == RIFF || id == RF64 || id == BW64) && file.getInt(at + 8) == WAVE;
  }

  /** Returns the 32-bit size in the header of a chunk, or of the whole file at offset 0. */
  static long sizeAt(byte[] content, int chunk) {
    return buffer(content).getInt(chunk + 4) & 0xFFFFFFFFL;
  }

  @Override
  public Waveform decode(byte[] content, double maxSeconds) throws UnusableAudioException {
    ByteBuffer file = buffer(content);
    WavChunkSizes sizes =
        file.getInt(0) == RIFF ? WavChunkSizes.plain(file) : WavChunkSizes.rf64(file);
    WavFormat format = null;
    ByteBuffer data = null;
    int dataStart = 0;
    int position = FIRST_CHUNK;
    int chunks = 0;
    while ((format == null || data == null) && position < content.length) {
      if (++chunks > MOST_CHUNKS) {
        throw UnusableAudioException.broken(
            "the WAV file has more than %d chunks before its audio".formatted(MOST_CHUNKS));
      }
      if (content.length - position < CHUNK_HEADER) {
        throw UnusableAudioException.broken(
            "the WAV file ends inside a chunk header at byte " + position);
      }
      int id = file.getInt(position);
      int start = position + CHUNK_HEADER;
      int size = sizes.of(position);
      if (id == FMT) {
        format = WavFormat.of(file.slice(start, size).order(ByteOrder.LITTLE_ENDIAN));
      } else if (id == DATA) {
        data = file.slice(start, size).order(ByteOrder.LITTLE_ENDIAN);
        dataStart = start;
      }
      position = start + size + (size & 1);
    }
    if (format == null) {
      throw UnusableAudioException.broken("the WAV file has no 'fmt ' chunk");
    }
    if (data == null) {
      throw UnusableAudioException.broken("the WAV file has no 'data' chunk");
    }
    JoinedWav.refuse(content, dataStart, dataStart + data.capacity());
    int frames = data.capacity() / format.bytesPerFrame();
    AudioLimits.check(frames, format.sampleRate(), maxSeconds);
    return new Waveform(samples(data, format.fittedTo(data), frames), (int) format.sampleRate());
  }

  private static float[] samples(ByteBuffer data, WavFormat format, int frames)
      throws UnusableAudioException {
    float[] samples = new float[frames];
    WavEncoding encoding = format.encoding();
    int channels = format.channels();
    if (encoding == WavEncoding.PCM_16 && channels == 1) {
      short[] values = new short[frames];
      data.asShortBuffer().get(values);
      for (int i = 0; i < frames; i++) {
        samples[i] = values[i] * 0x1p-15f;
      }
      return samples;
    }
    int at = 0;
    for (int i = 0; i < frames; i++) {
      double sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        sum += encoding.amplitude(data, at);
        at += encoding.bytes();
      }
      samples[i] = (float) (sum / channels);
      if (!Float.isFinite(samples[i])) {
        throw UnusableAudioException.broken(
            "sample %d of the WAV file is not a finite number".formatted(i));
      }
    }
    return samples;
  }

  static int fourCc(String name) {
    return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
  }

  static String chunkName(int id) {
    StringBuilder name = new StringBuilder();
    for (int shift = 0; shift < 32; shift += 8) {
      int c = id >> shift & 0xFF;
      name.append(c >= 0x20 && c < 0x7F ? (char) c : '?');
    }
    return name.toString();
  }

  private static ByteBuffer buffer(byte[] content) {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }
}
