package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the bits of a FLAC stream, most significant bit of a byte first. Reads beyond the end
 * return zeros, which {@link #requireInside} detects. Not thread-safe.
 */
final class FlacBits {
  /** The number of valid bits in a word that begins at any bit position, at least. */
  private static final int WINDOW_BITS = Long.SIZE - Byte.SIZE + 1;

  /** The largest Rice parameter for which the largest number in a window fits an int. */
  private static final int MOST_WINDOW_PARAMETER = 27;

  private static final long MOST_RESIDUAL = 0xFFFFFFFFL;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int lastWord;
  private long position;

  /** Starts at the first byte. */
  FlacBits(byte[] bytes) {
    this.bytes = bytes;
    this.lastWord = bytes.length - Long.BYTES;
  }

  /** The index of the byte that contains the next bit. */
  int byteIndex() {
    return (int) (position >>> 3);
  }

  void moveToByte(int index) {
    position = (long) index << 3;
  }

  /** Skips the remaining bits of a partly read byte. Returns whether they are zeros. */
  boolean skipPadding() {
    int left = (int) -position & 7;
    return left == 0 || unsigned(left) == 0;
  }

  /**
   * Checks that no bit beyond the end was read.
   *
   * @throws UnusableAudioException if one was
   */
  void requireInside() throws UnusableAudioException {
    if (position > (long) bytes.length << 3) {
      throw UnusableAudioException.broken("the FLAC file ends inside a frame: truncated");
    }
  }

  /** The next bits, at least 57, left-aligned in a word. */
  private long window() {
    return word((int) (position >>> 3)) << (position & 7);
  }

  private long word(int index) {
    if (index <= lastWord) {
      return (long) WORD.get(bytes, index);
    }
    long word = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      word = word << 8 | (index + i < bytes.length ? bytes[index + i] & 0xFF : 0);
    }
    return word;
  }

  /** Reads a number of 1 to 32 bits. */
  long unsigned(int bits) {
    long value = window() >>> (Long.SIZE - bits);
    position += bits;
    return value;
  }

  /** Reads a number of 1 to 33 bits in two's complement. */
  long signed(int bits) {
    long value = window() >> (Long.SIZE - bits);
    position += bits;
    return value;
  }

  /** Counts the zeros before the next one bit, and reads that bit too. */
  int zeros() throws UnusableAudioException {
    long count = 0;
    long window = window();
    while (window >>> (Long.SIZE - WINDOW_BITS) == 0) {
      position += WINDOW_BITS;
      count += WINDOW_BITS;
      requireInside();
      window = window();
    }
    int last = Long.numberOfLeadingZeros(window);
    position += last + 1;
    return (int) (count + last);
  }

  /**
   * Reads Rice-coded residuals.
   *
   * @param to receives the residuals, from index {@code from}, inclusive, to {@code end}, exclusive
   * @param parameter number of low bits, 0 to 30
   */
  void rice(int[] to, int from, int end, int parameter) throws UnusableAudioException {
    int i = from;
    if (parameter <= MOST_WINDOW_PARAMETER) {
      i = riceInWindows(to, from, end, parameter);
    }
    for (; i < end; i++) {
      to[i] = rice(parameter);
      if ((i & 0xFF) == 0) {
        requireInside();
      }
    }
  }

  /**
   * Decodes codes while a whole word can be read. Returns the index of the first residual that is
   * not decoded.
   */
  private int riceInWindows(int[] to, int from, int end, int parameter)
      throws UnusableAudioException {
    byte[] source = bytes;
    int last = lastWord;
    long at = position;
    int shift = Long.SIZE - 1 - parameter;
    int i = from;
    while (i < end) {
      int index = (int) (at >>> 3);
      if (index > last) {
        break;
      }
      long window = (long) WORD.get(source, index) << (at & 7);
      int high = Long.numberOfLeadingZeros(window);
      int length = high + 1 + parameter;
      if (length > WINDOW_BITS) {
        position = at;
        to[i++] = rice(parameter);
        at = position;
        continue;
      }
      // The shift is in two steps, because a shift by 64 equals a shift by 0.
      int folded = high << parameter | (int) (window << (high + 1) >>> 1 >>> shift);
      to[i++] = folded >>> 1 ^ -(folded & 1);
      at += length;
    }
    position = at;
    return i;
  }

  private int rice(int parameter) throws UnusableAudioException {
    long high = zeros();
    long folded = parameter == 0 ? high : high << parameter | unsigned(parameter);
    if (folded > MOST_RESIDUAL) {
      throw UnusableAudioException.broken("the FLAC file has a residual of more than 32 bits");
    }
    return (int) (folded >>> 1) ^ -(int) (folded & 1);
  }
}
