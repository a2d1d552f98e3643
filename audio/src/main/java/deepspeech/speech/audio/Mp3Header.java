package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;

/**
 * The header of one MP3 frame: MPEG-1, 2 or 2.5, Layer III.
 *
 * <p>Source: ISO/IEC 11172-3, 2.4.1.3 and 2.4.2.3; ISO/IEC 13818-3, 2.4.2.3.
 *
 * @param mpeg1 whether the frame is MPEG-1; MPEG-2 and 2.5 differ only in their sample rates
 * @param sampleRate sample rate in Hz
 * @param channels number of channels, 1 or 2
 * @param checksum whether two bytes of checksum follow the header
 * @param bytes size of the whole frame
 */
record Mp3Header(boolean mpeg1, int sampleRate, int channels, boolean checksum, int bytes) {
  private static final int[] RATES = {44_100, 48_000, 32_000};
  private static final int[] KBITS_1 = {
    0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320
  };
  private static final int[] KBITS_2 = {
    0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160
  };

  private static final int BYTES = 4;
  private static final int CHECKSUM_BYTES = 2;
  private static final int SYNC = 0xFFE00000;
  private static final int VERSION_2_5 = 0;
  private static final int VERSION_1 = 3;
  private static final int LAYER_3 = 1;
  private static final int MONO = 3;

  /** Whether a header of MPEG audio, of any layer, is at an offset. */
  static boolean isAt(byte[] file, int at) {
    if (file.length - at < BYTES) {
      return false;
    }
    int header = word(file, at);
    return (header & SYNC) == SYNC
        && version(header) != 1
        && layer(header) != 0
        && kbits(header) < KBITS_1.length
        && rate(header) < RATES.length;
  }

  /**
   * Parses a header.
   *
   * @param at offset for which {@link #isAt} is true
   * @throws UnusableAudioException if the frame is of another layer or of free format
   */
  static Mp3Header at(byte[] file, int at) throws UnusableAudioException {
    int header = word(file, at);
    if (layer(header) != LAYER_3) {
      throw UnusableAudioException.broken(
          "the file has MPEG audio of layer %s; of the three, layer III (MP3) is supported"
              .formatted("I".repeat(4 - layer(header))));
    }
    boolean mpeg1 = version(header) == VERSION_1;
    int kbits = (mpeg1 ? KBITS_1 : KBITS_2)[kbits(header)];
    if (kbits == 0) {
      throw UnusableAudioException.broken(
          "the MP3 file is of free format; a bit rate of 8 to 320 kbit/s is supported");
    }
    int halvings = mpeg1 ? 0 : version(header) == VERSION_2_5 ? 2 : 1;
    int sampleRate = RATES[rate(header)] >> halvings;
    int padding = header >> 9 & 1;
    return new Mp3Header(
        mpeg1,
        sampleRate,
        (header >> 6 & 3) == MONO ? 1 : 2,
        (header >> 16 & 1) == 0,
        (mpeg1 ? 144 : 72) * kbits * 1000 / sampleRate + padding);
  }

  /** The number of samples of each channel that the frame decodes to. */
  int samples() {
    return mpeg1 ? 1152 : 576;
  }

  /** The offset of the side information from the first byte of the frame. */
  int sideInformation() {
    return BYTES + (checksum ? CHECKSUM_BYTES : 0);
  }

  /** The size of the side information, which gives the position of the granules of the frame. */
  int sideInformationBytes() {
    if (mpeg1) {
      return channels == 1 ? 17 : 32;
    }
    return channels == 1 ? 9 : 17;
  }

  /** The number of bytes after the side information, which this frame and later ones share. */
  int mainDataBytes() {
    return bytes - sideInformation() - sideInformationBytes();
  }

  /** Whether another frame may follow in the same stream. Only the bit rate may change. */
  boolean precedes(Mp3Header next) {
    return next.sampleRate == sampleRate && next.channels == channels;
  }

  private static int word(byte[] file, int at) {
    return file[at] << 24
        | (file[at + 1] & 0xFF) << 16
        | (file[at + 2] & 0xFF) << 8
        | (file[at + 3] & 0xFF);
  }

  private static int version(int header) {
    return header >> 19 & 3;
  }

  private static int layer(int header) {
    return header >> 17 & 3;
  }

  private static int kbits(int header) {
    return header >> 12 & 15;
  }

  private static int rate(int header) {
    return header >> 10 & 3;
  }
}
