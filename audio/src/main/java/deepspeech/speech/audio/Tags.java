package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Recognises tags before and after the audio of a file: ID3v2 with or without footer, APEv2,
 * Lyrics3 and ID3v1, in any number, with zeros between them.
 *
 * <p>A tag does not determine the format of the audio. Tagging programs write ID3v2 before FLAC and
 * WAV too.
 *
 * <p>Sources: id3.org, "ID3 tag version 2.4.0 - Main Structure" and "Lyrics3 v2.00"; the
 * Hydrogenaudio wiki, "APEv2 specification".
 */
final class Tags {
  private static final Magic ID3 = new Magic("ID3");
  static final Magic APE = new Magic("APETAGEX");

  private static final int ID3_HEADER = 10;
  private static final int ID3_HAS_FOOTER = 0x10;
  static final int APE_HEADER = 32;
  private static final int APE_IS_HEADER = 1 << 29;

  static final long NONE = -1;

  private Tags() {}

  /**
   * Returns the offset of the content after leading tags and zeros. It is the size of the file if
   * the file has no other content.
   *
   * @throws UnusableAudioException if a leading tag claims more bytes than the file has
   */
  static int before(byte[] file) throws UnusableAudioException {
    int at = afterZeros(file, 0);
    for (long end = afterLeadingTag(file, at); end != NONE; end = afterLeadingTag(file, at)) {
      if (end > file.length) {
        throw UnusableAudioException.broken(
            "the tag at byte %d claims %d bytes but the file has %d left: truncated or a wrong size"
                .formatted(at, end - at, file.length - at));
      }
      at = afterZeros(file, (int) end);
    }
    return at;
  }

  /** Whether a file has only tags and zeros from an offset on. */
  static boolean fillTheRest(byte[] file, int from) {
    return new TrailingTags(file).fillFrom(from);
  }

  /** Returns the end of a leading tag at an offset; {@link #NONE} if no such tag begins there. */
  static long afterLeadingTag(byte[] file, int at) {
    if (ID3.isAt(file, at)) {
      return afterId3(file, at);
    }
    return APE.isAt(file, at) ? afterApe(file, at) : NONE;
  }

  /**
   * The size has four bytes of seven bits each, so that no byte looks like the sync word of MP3.
   */
  private static long afterId3(byte[] file, int at) {
    if (file.length - at < ID3_HEADER) {
      return (long) at + ID3_HEADER;
    }
    long size = 0;
    for (int i = 6; i < ID3_HEADER; i++) {
      if (file[at + i] < 0) {
        return NONE;
      }
      size = (size << 7) | file[at + i];
    }
    boolean footer = (file[at + 5] & ID3_HAS_FOOTER) != 0;
    return at + ID3_HEADER + size + (footer ? ID3_HEADER : 0);
  }

  /** The size includes the items and the footer, but not the header. */
  private static long afterApe(byte[] file, int at) {
    if (file.length - at < APE_HEADER) {
      return (long) at + APE_HEADER;
    }
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean isHeader = (header.getInt(at + 20) & APE_IS_HEADER) != 0;
    return at + APE_HEADER + (isHeader ? header.getInt(at + 12) & 0xFFFFFFFFL : 0);
  }

  static int afterZeros(byte[] file, int from) {
    int at = from;
    while (at < file.length && file[at] == 0) {
      at++;
    }
    return at;
  }
}
