package deepspeech.speech.audio;

/**
 * Expands 8-bit telephone speech to 16-bit linear samples.
 *
 * <p>Source: ITU-T Recommendation G.711 (1988), tables 1 and 2. A-law has 13 bits and mu-law 14
 * bits; both are shifted to 16 bits.
 */
final class G711 {
  private static final short[] A_LAW = new short[256];
  private static final short[] MU_LAW = new short[256];

  static {
    for (int code = 0; code < 256; code++) {
      A_LAW[code] = expandALaw(code);
      MU_LAW[code] = expandMuLaw(code);
    }
  }

  private G711() {}

  static short aLaw(byte code) {
    return A_LAW[code & 0xFF];
  }

  static short muLaw(byte code) {
    return MU_LAW[code & 0xFF];
  }

  /**
   * A code has a sign bit, three bits of the segment and four bits of the step in the segment.
   * Every other bit is inverted.
   */
  private static short expandALaw(int code) {
    int bits = code ^ 0x55;
    int segment = bits >> 4 & 7;
    int middle = (bits & 0xF) << 4 | 8;
    int magnitude = segment == 0 ? middle : (middle | 0x100) << (segment - 1);
    return (short) ((bits & 0x80) != 0 ? magnitude : -magnitude);
  }

  /**
   * A code is like A-law with all bits inverted. The encoder added a bias of 33, on the 14-bit
   * scale, before it coded the magnitude.
   */
  private static short expandMuLaw(int code) {
    int bits = ~code;
    int magnitude = (((bits & 0xF) << 3 | 0x84) << (bits >> 4 & 7)) - 0x84;
    return (short) ((bits & 0x80) != 0 ? -magnitude : magnitude);
  }
}
