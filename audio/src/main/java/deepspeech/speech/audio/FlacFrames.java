package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;

/**
 * Decodes the frames of a FLAC stream in order. Each frame must continue where the previous one
 * ended, with the sample rate, channels and bits of the stream information. Not thread-safe.
 *
 * <p>Source: RFC 9639, section 9.
 */
final class FlacFrames {
  private static final int SYNC = 0b11_1111_1111_1110;
  private static final int LEFT_SIDE = 8;
  private static final int SIDE_RIGHT = 9;
  private static final int MID_SIDE = 10;
  private static final int CRC_BYTES = 2;
  private static final int MOST_BLOCK_SIZE = 65_535;
  private static final int WIDEST = 32;
  private static final long NONE = -1;

  /**
   * Bits and sample rates by their codes. 0 stands for the value of the stream information, -1 is
   * reserved.
   */
  private static final int[] BITS = {0, 8, 12, -1, 16, 20, 24, 32};

  private static final int[] RATES = {
    0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000
  };

  private final byte[] content;
  private final FlacStreamInfo info;
  private final FlacBits in;
  private final FlacSubframe subframe;
  private int[][] samples = new int[0][];
  private long[] wide = new long[0];
  private long decoded;
  private long expectedNumber = NONE;
  private int frameBegin;
  private int blockSize;
  private int assignment;

  /** Starts at the first frame. */
  FlacFrames(byte[] content, FlacStreamInfo info) {
    this.content = content;
    this.info = info;
    this.in = new FlacBits(content);
    this.subframe = new FlacSubframe(in);
    in.moveToByte(info.firstFrame());
  }

  /** The index of the byte after the last decoded frame. */
  int end() {
    return in.byteIndex();
  }

  /** Whether another frame begins at the current position. */
  boolean hasNext() {
    int at = in.byteIndex();
    return at + 1 < content.length
        && (content[at] & 0xFF) == SYNC >> 6
        && (content[at + 1] & 0xFC) == (SYNC << 2 & 0xFF);
  }

  /**
   * Reads the header of the next frame.
   *
   * @return number of samples of each channel that {@link #decode} returns, 1 to 65,535
   */
  int begin() throws UnusableAudioException {
    frameBegin = in.byteIndex();
    if (in.unsigned(14) != SYNC || in.unsigned(1) != 0) {
      throw damaged("no frame begins there");
    }
    boolean isOfAnySize = in.unsigned(1) != 0;
    int sizeCode = (int) in.unsigned(4);
    int rateCode = (int) in.unsigned(4);
    assignment = (int) in.unsigned(4);
    int bits = BITS[(int) in.unsigned(3)];
    boolean isReserved = in.unsigned(1) != 0;
    long number = codedNumber();
    blockSize = blockSize(sizeCode);
    int rate = sampleRate(rateCode);
    int headerEnd = in.byteIndex();
    int crc = (int) in.unsigned(8);
    in.requireInside();
    if (crc != FlacChecksums.crc8(content, frameBegin, headerEnd)) {
      throw damaged("the checksum of a frame's header is wrong");
    }
    if (isReserved || bits < 0 || blockSize < 1 || rate < 0 || assignment > MID_SIDE) {
      throw damaged("a frame's header has reserved values");
    }
    int channels = assignment < LEFT_SIDE ? assignment + 1 : 2;
    if (channels != info.channels()
        || (bits != 0 && bits != info.bits())
        || (rate != 0 && rate != info.sampleRate())) {
      throw damaged(
          "a frame has %d channels, %d bits and %d Hz; the file says %d, %d and %d"
              .formatted(
                  channels,
                  bits == 0 ? info.bits() : bits,
                  rate == 0 ? info.sampleRate() : rate,
                  info.channels(),
                  info.bits(),
                  info.sampleRate()));
    }
    if (expectedNumber != NONE && number != expectedNumber) {
      throw damaged(
          "frame or sample %d comes where %d is due: frames are missing or doubled"
              .formatted(number, expectedNumber));
    }
    expectedNumber = number + (isOfAnySize ? blockSize : 1);
    return blockSize;
  }

  /** Reads the number of the frame, or of its first sample, in the encoding of UTF-8. */
  private long codedNumber() throws UnusableAudioException {
    int first = (int) in.unsigned(8);
    int ones = Integer.numberOfLeadingZeros(~(first << 24));
    if (ones == 1 || ones == 8) {
      throw damaged("the number of a frame is damaged");
    }
    long number = first & (0x7F >> ones);
    for (int i = 1; i < ones; i++) {
      int next = (int) in.unsigned(8);
      if ((next & 0xC0) != 0x80) {
        throw damaged("the number of a frame is damaged");
      }
      number = number << 6 | (next & 0x3F);
    }
    return number;
  }

  private int blockSize(int code) {
    int size =
        switch (code) {
          case 0 -> 0;
          case 1 -> 192;
          case 2, 3, 4, 5 -> 576 << (code - 2);
          case 6 -> 1 + (int) in.unsigned(8);
          case 7 -> 1 + (int) in.unsigned(16);
          default -> 256 << (code - 8);
        };
    return size > MOST_BLOCK_SIZE ? 0 : size;
  }

  private int sampleRate(int code) {
    return switch (code) {
      case 12 -> 1000 * (int) in.unsigned(8);
      case 13 -> (int) in.unsigned(16);
      case 14 -> 10 * (int) in.unsigned(16);
      case 15 -> -1;
      default -> RATES[code];
    };
  }

  /**
   * Decodes the frame whose header was read last.
   *
   * @return the samples of each channel; values beyond the block size are undefined, and the arrays
   *     are reused for the next frame
   */
  int[][] decode() throws UnusableAudioException {
    makeRoom();
    int channels = info.channels();
    int bits = info.bits();
    boolean isWide = assignment >= LEFT_SIDE && bits == WIDEST;
    int side = assignment == SIDE_RIGHT ? 0 : 1;
    for (int channel = 0; channel < channels; channel++) {
      boolean isSide = assignment >= LEFT_SIDE && channel == side;
      if (isSide && isWide) {
        subframe.decodeWide(wide, samples[channel], blockSize);
      } else {
        subframe.decode(samples[channel], blockSize, isSide ? bits + 1 : bits);
      }
    }
    boolean isPadded = in.skipPadding();
    int crcBegin = in.byteIndex();
    int crc = (int) in.unsigned(8 * CRC_BYTES);
    in.requireInside();
    if (!isPadded || crc != FlacChecksums.crc16(content, frameBegin, crcBegin)) {
      throw damaged("the checksum of a frame is wrong");
    }
    if (isWide) {
      separateWide(samples[0], samples[1]);
    } else if (assignment >= LEFT_SIDE) {
      separate(samples[0], samples[1]);
    }
    decoded += blockSize;
    return samples;
  }

  private void makeRoom() {
    if (samples.length == 0 || samples[0].length < blockSize) {
      samples = new int[info.channels()][blockSize];
      wide = info.bits() == WIDEST && info.channels() == 2 ? new long[blockSize] : wide;
    }
  }

  /** Restores the left and right channels from a stereo-decorrelated pair. */
  private void separate(int[] first, int[] second) throws UnusableAudioException {
    int unused = Integer.SIZE - info.bits();
    int outside = 0;
    for (int i = 0; i < blockSize; i++) {
      int left = first[i];
      int right = second[i];
      if (assignment == LEFT_SIDE) {
        right = left - right;
      } else if (assignment == SIDE_RIGHT) {
        left += right;
      } else {
        int sum = left << 1 | (right & 1);
        left = (sum + right) >> 1;
        right = (sum - right) >> 1;
      }
      outside |= (left << unused >> unused ^ left) | (right << unused >> unused ^ right);
      first[i] = left;
      second[i] = right;
    }
    requireRange(outside == 0);
  }

  /** Does the same for a difference of the channels that has 33 bits. */
  private void separateWide(int[] first, int[] second) throws UnusableAudioException {
    boolean isInside = true;
    for (int i = 0; i < blockSize; i++) {
      long left;
      long right;
      if (assignment == LEFT_SIDE) {
        left = first[i];
        right = left - wide[i];
      } else if (assignment == SIDE_RIGHT) {
        right = second[i];
        left = wide[i] + right;
      } else {
        long sum = (long) first[i] << 1 | (wide[i] & 1);
        left = (sum + wide[i]) >> 1;
        right = (sum - wide[i]) >> 1;
      }
      isInside &= (int) left == left && (int) right == right;
      first[i] = (int) left;
      second[i] = (int) right;
    }
    requireRange(isInside);
  }

  private void requireRange(boolean isInside) throws UnusableAudioException {
    if (!isInside) {
      throw damaged("a sample has more bits than the file says");
    }
  }

  private UnusableAudioException damaged(String what) {
    return UnusableAudioException.broken(
        "the FLAC file is damaged after sample %d: %s".formatted(decoded, what));
  }
}
