package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.nio.ByteBuffer;

/**
 * The {@code fmt } chunk of a WAV file.
 *
 * @param encoding encoding of one sample
 * @param bits valid bits of a sample, as stated in the header
 * @param channels number of channels, at least 1
 * @param sampleRate samples a second, as stated in the header
 */
record WavFormat(WavEncoding encoding, int bits, int channels, long sampleRate) {
  private static final int EXTENSIBLE = 0xFFFE;
  private static final int EXTENSIBLE_SIZE = 40;

  /** The last 14 bytes of every sub-format identifier that stands for a plain format code. */
  private static final byte[] SUB_FORMAT_TAIL = {
    0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71
  };

  /**
   * Parses the chunk.
   *
   * @param chunk content of the chunk, little-endian
   */
  static WavFormat of(ByteBuffer chunk) throws UnusableAudioException {
    if (chunk.capacity() < 16) {
      throw UnusableAudioException.broken(
          "the WAV chunk 'fmt ' has %d bytes; it needs at least 16".formatted(chunk.capacity()));
    }
    int code = chunk.getShort(0) & 0xFFFF;
    int channels = chunk.getShort(2) & 0xFFFF;
    long sampleRate = chunk.getInt(4) & 0xFFFFFFFFL;
    int bytesPerFrame = chunk.getShort(12) & 0xFFFF;
    int bits = chunk.getShort(14) & 0xFFFF;
    if (code == EXTENSIBLE) {
      code = extensibleCode(chunk);
    }
    if (channels == 0) {
      throw UnusableAudioException.broken("the WAV header gives 0 channels");
    }
    return new WavFormat(
        WavEncoding.of(code, bits, channels, bytesPerFrame), bits, channels, sampleRate);
  }

  int bytesPerFrame() {
    return channels * encoding.bytes();
  }

  /**
   * Returns the format that fits the samples. The header does not say where 24 bits are in a 32-bit
   * container. They are in the upper bytes by the specification, and in the lower bytes in files of
   * ALSA's recorder. Cool Edit wrote floats with the same header. Therefore the samples decide, as
   * in libsndfile.
   */
  WavFormat fittedTo(ByteBuffer data) throws UnusableAudioException {
    if (encoding != WavEncoding.PCM_32 || bits > 24) {
      return this;
    }
    boolean left = true;
    boolean right = bits == 24;
    for (int at = 0; at + Integer.BYTES <= data.capacity(); at += Integer.BYTES) {
      int sample = data.getInt(at);
      left &= (sample & 0xFF) == 0;
      right &= sample << 8 >> 8 == sample || sample >>> 24 == 0;
    }
    if (left) {
      return this;
    }
    if (right) {
      return new WavFormat(WavEncoding.PCM_24_LOW, bits, channels, sampleRate);
    }
    throw UnusableAudioException.broken(
        "the WAV header gives %d bits in containers of 32, and the samples fill more; convert it to 16 bits with the program that wrote it"
            .formatted(bits));
  }

  private static int extensibleCode(ByteBuffer chunk) throws UnusableAudioException {
    if (chunk.capacity() < EXTENSIBLE_SIZE) {
      throw UnusableAudioException.broken(
          "the extensible WAV chunk 'fmt ' has %d bytes; it needs %d"
              .formatted(chunk.capacity(), EXTENSIBLE_SIZE));
    }
    for (int i = 0; i < SUB_FORMAT_TAIL.length; i++) {
      if (chunk.get(26 + i) != SUB_FORMAT_TAIL[i]) {
        throw UnusableAudioException.broken(
            "the extensible WAV sub-format is not a PCM or float one");
      }
    }
    return chunk.getShort(24) & 0xFFFF;
  }
}
