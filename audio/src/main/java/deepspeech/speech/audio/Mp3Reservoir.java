package deepspeech.speech.audio;

/**
 * Tracks the bit reservoir of an MP3 stream. The main data of a frame may begin in unused bytes of
 * earlier frames. Main data that overlap reveal missing frames, which the frame headers cannot
 * show.
 *
 * <p>Source: ISO/IEC 11172-3, 2.4.1.7, 2.4.2.7 and 2.4.3.4.
 */
final class Mp3Reservoir {
  private static final int LENGTH_BITS = 12;
  private static final int BITS_TO_NEXT_LENGTH_1 = 59 - LENGTH_BITS;
  private static final int BITS_TO_NEXT_LENGTH_2 = 63 - LENGTH_BITS;

  /** The number of main data bytes in all earlier frames. */
  private long before;

  /** The end of the main data of the previous frame, on the same scale. */
  private long used = Long.MIN_VALUE;

  /**
   * Adds the next frame.
   *
   * <p>The first frames of a stream that was cut out of a longer one need bytes that are missing.
   * Only the content of these frames is lost, so this is allowed.
   *
   * @return whether the main data of the frame begin no earlier than the end of those of the
   *     previous frame, and end no later than this frame
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

  /** Reads the bits of a frame, most significant bit of a byte first. */
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
