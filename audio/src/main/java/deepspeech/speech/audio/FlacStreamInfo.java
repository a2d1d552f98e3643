package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.Arrays;

/**
 * The stream information of a FLAC file.
 *
 * @param sampleRate sample rate in Hz
 * @param channels number of channels, 1 to 8
 * @param bits bits of a sample, 4 to 32
 * @param samples number of samples of each channel; 0 if unknown
 * @param md5 MD5 of the samples; zeros if it was not computed
 * @param firstFrame index of the first byte of the first frame
 */
record FlacStreamInfo(
    int sampleRate, int channels, int bits, long samples, byte[] md5, int firstFrame) {
  static final Magic MAGIC = new Magic("fLaC");

  private static final int MIN_BITS = 4;
  private static final int BLOCK_HEADER = 4;
  private static final int LAST_BLOCK = 0x80;
  private static final int FORBIDDEN_TYPE = 127;
  private static final int STREAM_INFO_BYTES = 34;
  private static final int SIZES_BITS = 80;
  private static final int MD5_BYTES = 16;

  /**
   * Reads the metadata of a file that begins with {@link #MAGIC}. All blocks except the stream
   * information are skipped.
   *
   * @throws UnusableAudioException if the metadata are damaged
   */
  static FlacStreamInfo of(byte[] content) throws UnusableAudioException {
    FlacStreamInfo info = null;
    int at = MAGIC.length();
    boolean isLast = false;
    while (!isLast) {
      if (content.length - at < BLOCK_HEADER) {
        throw UnusableAudioException.broken("the FLAC file ends inside its metadata");
      }
      isLast = (content[at] & LAST_BLOCK) != 0;
      int type = content[at] & ~LAST_BLOCK & 0xFF;
      int size =
          (content[at + 1] & 0xFF) << 16 | (content[at + 2] & 0xFF) << 8 | (content[at + 3] & 0xFF);
      at += BLOCK_HEADER;
      if (size > content.length - at) {
        throw UnusableAudioException.broken(
            "a metadata block of the FLAC file claims %d bytes, more than the file has"
                .formatted(size));
      }
      if (type == FORBIDDEN_TYPE
          || (info == null) != (type == 0)
          || (type == 0 && size != STREAM_INFO_BYTES)) {
        throw UnusableAudioException.broken(
            info == null
                ? "the FLAC file does not begin with stream information"
                : "the metadata of the FLAC file are damaged");
      }
      if (info == null) {
        info = streamInfo(content, at);
      }
      at += size;
    }
    return new FlacStreamInfo(
        info.sampleRate, info.channels, info.bits, info.samples, info.md5, at);
  }

  private static FlacStreamInfo streamInfo(byte[] content, int from) throws UnusableAudioException {
    FlacBits fields = new FlacBits(content);
    fields.moveToByte(from + SIZES_BITS / Byte.SIZE);
    int sampleRate = (int) fields.unsigned(20);
    int channels = 1 + (int) fields.unsigned(3);
    int bits = 1 + (int) fields.unsigned(5);
    long samples = fields.unsigned(4) << 32 | fields.unsigned(32);
    if (bits < MIN_BITS) {
      throw UnusableAudioException.broken(
          "the FLAC file has %d bits a sample; 4 to 32 are allowed".formatted(bits));
    }
    int md5 = fields.byteIndex();
    return new FlacStreamInfo(
        sampleRate,
        channels,
        bits,
        samples,
        Arrays.copyOfRange(content, md5, md5 + MD5_BYTES),
        from);
  }

  boolean hasMd5() {
    return !Arrays.equals(md5, new byte[MD5_BYTES]);
  }
}
