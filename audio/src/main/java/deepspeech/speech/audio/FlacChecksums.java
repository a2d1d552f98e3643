package deepspeech.speech.audio;

/**
 * The checksums of FLAC frames: CRC-8 of the polynomial x^8 + x^2 + x + 1 over a header, CRC-16 of
 * x^16 + x^15 + x^2 + 1 over a frame. Both have the initial value 0.
 */
final class FlacChecksums {
  private static final int BYTES = 256;
  private static final int POLYNOMIAL_8 = 0x07;
  private static final int POLYNOMIAL_16 = 0x8005;

  /** The number of bytes processed at a time. */
  private static final int SLICES = 8;

  private static final int[] TABLE_8 = new int[BYTES];

  /** Row {@code i} has the contribution of a byte that is followed by {@code i} bytes. */
  private static final char[][] TABLES_16 = new char[SLICES][BYTES];

  static {
    for (int i = 0; i < BYTES; i++) {
      int crc8 = i;
      int crc16 = i << 8;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc8 = crc8 << 1 ^ ((crc8 & 0x80) == 0 ? 0 : POLYNOMIAL_8);
        crc16 = crc16 << 1 ^ ((crc16 & 0x8000) == 0 ? 0 : POLYNOMIAL_16);
      }
      TABLE_8[i] = crc8 & 0xFF;
      TABLES_16[0][i] = (char) crc16;
    }
    for (int slice = 1; slice < SLICES; slice++) {
      for (int i = 0; i < BYTES; i++) {
        int before = TABLES_16[slice - 1][i];
        TABLES_16[slice][i] = (char) (before << 8 ^ TABLES_16[0][before >> 8]);
      }
    }
  }

  private FlacChecksums() {}

  /** Returns the CRC-8 of the bytes from {@code from}, inclusive, to {@code to}, exclusive. */
  static int crc8(byte[] bytes, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc = TABLE_8[crc ^ (bytes[i] & 0xFF)];
    }
    return crc;
  }

  /** Returns the CRC-16 of the bytes from {@code from}, inclusive, to {@code to}, exclusive. */
  static int crc16(byte[] bytes, int from, int to) {
    char[] t0 = TABLES_16[0];
    char[] t1 = TABLES_16[1];
    char[] t2 = TABLES_16[2];
    char[] t3 = TABLES_16[3];
    char[] t4 = TABLES_16[4];
    char[] t5 = TABLES_16[5];
    char[] t6 = TABLES_16[6];
    char[] t7 = TABLES_16[7];
    int crc = 0;
    int i = from;
    for (; i <= to - SLICES; i += SLICES) {
      crc =
          t7[crc >> 8 ^ (bytes[i] & 0xFF)]
              ^ t6[(crc & 0xFF) ^ (bytes[i + 1] & 0xFF)]
              ^ t5[bytes[i + 2] & 0xFF]
              ^ t4[bytes[i + 3] & 0xFF]
              ^ t3[bytes[i + 4] & 0xFF]
              ^ t2[bytes[i + 5] & 0xFF]
              ^ t1[bytes[i + 6] & 0xFF]
              ^ t0[bytes[i + 7] & 0xFF];
    }
    for (; i < to; i++) {
      crc = (crc << 8 & 0xFFFF) ^ t0[crc >> 8 ^ (bytes[i] & 0xFF)];
    }
    return crc;
  }
}
