package deepspeech.speech.audio;

import java.io.ByteArrayOutputStream;

/**
 * Builds FLAC files of 16 bits and one channel that no encoder makes. Its checksums go bit by bit,
 * by the polynomials.
 */
final class FlacBytes {
  /** Of a subframe. */
  static final int CONSTANT = 0;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private ByteArrayOutputStream frame = new ByteArrayOutputStream();
  private int bits;
  private int bitCount;

  /**
   * Begins a file at 16 kHz without a signature.
   *
   * @param samples that the header claims
   */
  FlacBytes(long samples) {
    file.writeBytes(new byte[] {'f', 'L', 'a', 'C', (byte) 0x80, 0, 0, 34});
    frame = new ByteArrayOutputStream();
    put(16, 16).put(65_535, 16).put(0, 24).put(0, 24);
    put(16_000, 20).put(0, 3).put(15, 5).put(samples >>> 32, 4).put(samples & 0xFFFFFFFFL, 32);
    for (int i = 0; i < 16; i++) {
      put(0, 8);
    }
    file.writeBytes(frame.toByteArray());
  }

  /** Begins a frame of one channel with 16 bits, as the stream information says the rest. */
  FlacBytes frame(int number, int blockSize) {
    return frame(0, number, blockSize, 0, 0, 4);
  }

  /**
   * Begins a frame.
   *
   * @param strategy 0: numbers are of frames, 1: of samples
   * @param rate code of the sample rate
   * @param channels code of the assignment
   * @param size code of the sample size
   */
  FlacBytes frame(int strategy, int number, int blockSize, int rate, int channels, int size) {
    frame = new ByteArrayOutputStream();
    put(0b11_1111_1111_1110, 14).put(0, 1).put(strategy, 1);
    put(7, 4).put(rate, 4).put(channels, 4).put(size, 3).put(0, 1);
    if (number < 0x80) {
      put(number, 8);
    } else {
      put(0b1110, 4).put(number >> 12, 4).put(0b10, 2).put((number >> 6) & 0x3F, 6);
      put(0b10, 2).put(number & 0x3F, 6);
    }
    put(blockSize - 1, 16);
    return put(crc(8, 0x07), 8);
  }

  /** Adds bits, the highest first. */
  FlacBytes put(long value, int count) {
    for (int i = count - 1; i >= 0; i--) {
      bits = bits << 1 | (int) ((value >> i) & 1);
      if (++bitCount == 8) {
        frame.write(bits);
        bits = 0;
        bitCount = 0;
      }
    }
    return this;
  }

  /** Adds a subframe's header and the only value of a constant one. */
  FlacBytes constant(int value) {
    return put(0, 1).put(CONSTANT, 6).put(0, 1).put(value, 16);
  }

  /** Ends a frame with its checksum. */
  FlacBytes end() {
    while (bitCount != 0) {
      put(0, 1);
    }
    put(crc(16, 0x8005), 16);
    file.writeBytes(frame.toByteArray());
    return this;
  }

  /** Adds bytes behind the frames. */
  FlacBytes behind(byte... bytes) {
    file.writeBytes(bytes);
    return this;
  }

  byte[] build() {
    return file.toByteArray();
  }

  private int crc(int width, int polynomial) {
    int crc = 0;
    for (byte b : frame.toByteArray()) {
      for (int i = 7; i >= 0; i--) {
        int top = ((crc >> (width - 1)) & 1) ^ ((b >> i) & 1);
        crc = (crc << 1 ^ (top == 0 ? 0 : polynomial)) & ((1 << width) - 1);
      }
    }
    return crc;
  }
}
