package deepspeech.speech.audio;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The magic bytes of a format, a packet or a tag. */
final class Magic {
  private final byte[] bytes;

  /**
   * Takes the bytes as characters.
   *
   * @param characters one character for each byte, U+0000 to U+00FF
   */
  Magic(String characters) {
    this.bytes = characters.getBytes(StandardCharsets.ISO_8859_1);
  }

  int length() {
    return bytes.length;
  }

  /** The bytes; a copy. */
  byte[] toArray() {
    return bytes.clone();
  }

  /** Whether the content begins with these bytes. */
  boolean begins(byte[] content) {
    return isAt(content, 0);
  }

  /** Whether the content has these bytes at an offset. */
  boolean isAt(byte[] content, int at) {
    return content.length - at >= bytes.length
        && Arrays.equals(content, at, at + bytes.length, bytes, 0, bytes.length);
  }
}
