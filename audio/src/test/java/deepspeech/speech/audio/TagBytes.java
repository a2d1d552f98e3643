package deepspeech.speech.audio;

import static deepspeech.speech.audio.Bytes.ascii;
import static deepspeech.speech.audio.Bytes.joined;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Tags as taggers write them. */
final class TagBytes {
  private static final int FOOTER = 0x10;

  private TagBytes() {}

  /** ID3v2 with a size of some bytes, filled with text. */
  static byte[] id3(int size) {
    return joined(ascii("ID3\3\0\0"), synchsafe(size), text(size));
  }

  /** ID3v2.4 whose header stands behind it once more. */
  static byte[] id3WithFooter(int size) {
    byte[] rest = joined(new byte[] {4, 0, FOOTER}, synchsafe(size));
    return joined(ascii("ID3"), rest, text(size), ascii("3DI"), rest);
  }

  /** APEv2 with header and footer. */
  static byte[] ape(int size) {
    return joined(apeEnd(size, 0xA0000000), text(size), apeEnd(size, 0x80000000));
  }

  /** APEv1, which has a footer alone. */
  static byte[] apeWithoutHeader(int size) {
    return joined(text(size), apeEnd(size, 0));
  }

  static byte[] id3v1() {
    return Arrays.copyOf(ascii("TAGsweep"), 128);
  }

  static byte[] enhanced() {
    return Arrays.copyOf(ascii("TAG+sweep"), 227);
  }

  /** Lyrics3 v2, which gives its size. */
  static byte[] lyrics() {
    return ascii("LYRICSBEGININD0000200000021LYRICS200");
  }

  /** Lyrics3 v1. */
  static byte[] firstLyrics() {
    return ascii("LYRICSBEGINla la laLYRICSEND");
  }

  private static byte[] apeEnd(int size, int flags) {
    return ByteBuffer.allocate(32)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(ascii("APETAGEX"))
        .putInt(2000)
        .putInt(size + 32)
        .putInt(1)
        .putInt(flags)
        .array();
  }

  private static byte[] synchsafe(int size) {
    return new byte[] {
      (byte) (size >> 21 & 127),
      (byte) (size >> 14 & 127),
      (byte) (size >> 7 & 127),
      (byte) (size & 127)
    };
  }

  private static byte[] text(int size) {
    byte[] text = new byte[size];
    Arrays.fill(text, (byte) 'x');
    return text;
  }
}
