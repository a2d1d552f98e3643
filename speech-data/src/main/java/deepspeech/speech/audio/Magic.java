package deepspeech.speech.audio;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes by which a format, a packet or a tag is recognised. */
final class Magic {
  private final byte[] bytes;

  /**
   * Takes the bytes.
   *
   * @param characters one a byte, U+0000 to U+00FF
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

  /** Whether content begins with them. */
  boolean begins(byte[] content) {
    return isAt(content, 0);
  }

  /** Whether they stand at a place of the content. */
  boolean isAt(byte[] content, int at) {
    return content.length - at >= bytes.length
        && Arrays.equals(content, at, at + bytes.length, bytes, 0, bytes.length);
  }
}
