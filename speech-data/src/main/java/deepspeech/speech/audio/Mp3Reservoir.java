package deepspeech.speech.audio;

/**
 * The bit reservoir of an MP3 stream: the main data of a frame may begin in the bytes that frames
 * before it left over. Main data that overlap say that frames between are missing, which the frame
 * headers cannot.
 *
 * <p>Source: ISO/IEC 11172-3, 2.4.1.7, 2.4.2.7 and 2.4.3.4.
 */
final class Mp3Reservoir {
  private static final int LENGTH_BITS = 12;
  private static final int BITS_TO_NEXT_LENGTH_1 = 59 - LENGTH_BITS;
  private static final int BITS_TO_NEXT_LENGTH_2 = 63 - LENGTH_BITS;

  /** Bytes of main data in the frames before. */
  private long before;

  /** Where the main data of the last frame ended, counted as those. */
  private long used = Long.MIN_VALUE;

  /**
   * Takes the next frame.
   *
   * <p>The first frames of a stream that was cut out of a longer one need bytes that are not there:
   * what they hold is lost, and nothing else, so that is allowed.
   *
   * @return whether its main data lie behind those of the frame before and inside the bytes up to
   *     its own end
   */
  boolean holds(byte[] frame, Mp3Header header) {
    Bits bits = new Bits(frame, header.sideInformation());
    int back;
    int granules;
    int toNextLength;
    if (header.mpeg1()) {
      back = bits.read(9);
      bits.skip(header.channels() == 1 ? 5 + 4 : 3 + 2 * 4);
      granules = 2;
      toNextLength = BITS_TO_NEXT_LENGTH_1;
    } else {
      back = bits.read(8);
      bits.skip(header.channels());
      granules = 1;
      toNextLength = BITS_TO_NEXT_LENGTH_2;
    }
    int length = 0;
    for (int i = 0; i < granules * header.channels(); i++) {
      length += bits.read(LENGTH_BITS);
      bits.skip(toNextLength);
    }
    long begin = before - back;
    long end = begin + (length + 7) / 8;
    boolean isHeld = begin >= used && end <= before + header.mainDataBytes();
    before += header.mainDataBytes();
    used = end;
    return isHeld;
  }

  /** Bits of a frame, the most significant one of a byte first. */
  private static final class Bits {
    private final byte[] frame;
    private long at;

    Bits(byte[] frame, int from) {
      this.frame = frame;
      this.at = 8L * from;
    }

    int read(int count) {
      int value = 0;
      for (int i = 0; i < count; i++, at++) {
        int bit = (frame[(int) (at >> 3)] >> (7 - (at & 7))) & 1;
        value = (value << 1) | bit;
      }
      return value;
    }

    void skip(int count) {
      at += count;
    }
  }
}
