package deepspeech.speech.audio;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the bits of a FLAC stream, the highest of a byte first. Behind the end there are zeros;
 * {@link #requireInside} tells whether any of them were read. Not thread-safe.
 */
final class FlacBits {
  /** Of a word that begins at any bit, at least so many are there. */
  private static final int WINDOW_BITS = Long.SIZE - Byte.SIZE + 1;

  /** Up to this parameter the largest number in a window fits an int. */
  private static final int MOST_WINDOW_PARAMETER = 27;

  private static final long MOST_RESIDUAL = 0xFFFFFFFFL;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int lastWord;
  private long position;

  /** Begins at the first byte. */
  FlacBits(byte[] bytes) {
    this.bytes = bytes;
    this.lastWord = bytes.length - Long.BYTES;
  }

  /** The byte that the next bit is in. */
  int byteIndex() {
    return (int) (position >>> 3);
  }

  void moveToByte(int index) {
    position = (long) index << 3;
  }

  /** Skips what is left of a byte whose beginning was read; its bits have to be zeros. */
  boolean skipPadding() {
    int left = (int) -position & 7;
    return left == 0 || unsigned(left) == 0;
  }

  /**
   * Checks that all that was read was there.
   *
   * @throws UnusableAudioException if the end was passed
   */
  void requireInside() throws UnusableAudioException {
    if (position > (long) bytes.length << 3) {
      throw UnusableAudioException.broken("the FLAC file ends inside a frame: truncated");
    }
  }

  /** The next bits and at least 56 behind it, from the highest of the word on. */
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

  /** A number of 1 to 32 bits. */
  long unsigned(int bits) {
    long value = window() >>> (Long.SIZE - bits);
    position += bits;
    return value;
  }

  /** A number of 1 to 33 bits in two's complement. */
  long signed(int bits) {
    long value = window() >> (Long.SIZE - bits);
    position += bits;
    return value;
  }

  /** How many zeros come before a one, which is read too. */
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
   * Residuals in Rice's code.
   *
   * @param to receives them from {@code from} to before {@code end}
   * @param parameter the number of low bits, 0 to 30
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

  /** Decodes as long as a code lies in one word; returns the place of the first that is left. */
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
      // In two steps, as a shift by 64 is one by 0.
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
