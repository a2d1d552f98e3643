package deepspeech.speech.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Recognises tags after the audio of a file: those that {@link Tags} recognises before the audio,
 * and also APEv2 without a header, Lyrics3 and ID3v1. A file is searched once, whatever its content
 * is. Not thread-safe.
 */
final class TrailingTags {
  private static final Magic LYRICS = new Magic("LYRICSBEGIN");
  private static final Magic LYRICS_1_END = new Magic("LYRICSEND");
  private static final Magic LYRICS_2_END = new Magic("LYRICS200");
  private static final Magic ENHANCED = new Magic("TAG+");
  private static final Magic ID3V1 = new Magic("TAG");

  private static final int ENHANCED_BYTES = 227;
  private static final int ID3V1_BYTES = 128;
  private static final int NOT_SEARCHED = -1;

  private final byte[] file;

  /** The first footer of an APE tag at or after the offset of the last search. */
  private int footer = NOT_SEARCHED;

  private long searched;

  /** Takes the content of a file. */
  TrailingTags(byte[] file) {
    this.file = file;
  }

  /** Whether the file has only tags and zeros from an offset on. */
  boolean fillFrom(int from) {
    int at = from;
    while (at < file.length) {
      long end = after(at);
      if (end == Tags.NONE) {
        end = Tags.afterZeros(file, at);
      }
      if (end == at || end > file.length) {
        return false;
      }
      at = (int) end;
    }
    return true;
  }

  /** The number of offsets examined in the search for footers. */
  long searched() {
    return searched;
  }

  private long after(int at) {
    long end = Tags.afterLeadingTag(file, at);
    if (end != Tags.NONE) {
      return end;
    }
    if (ENHANCED.isAt(file, at)) {
      return (long) at + ENHANCED_BYTES;
    }
    if (ID3V1.isAt(file, at)) {
      return (long) at + ID3V1_BYTES;
    }
    return LYRICS.isAt(file, at) ? afterLyrics(at) : afterApeWithoutHeader(at);
  }

  /**
   * Returns the end of an APE tag without a header, as in APEv1 and some APEv2 tags. Its footer has
   * the size, which leads back to the beginning of the items.
   */
  private long afterApeWithoutHeader(int at) {
    // A file with many small tags and zeros asks at each of them, so the result is stored.
    if (footer < at) {
      footer = footerFrom(at);
    }
    if (file.length - footer < Tags.APE_HEADER) {
      return Tags.NONE;
    }
    long end = (long) footer + Tags.APE_HEADER;
    long size =
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(footer + 12) & 0xFFFFFFFFL;
    return end - size == at ? end : Tags.NONE;
  }

  /** Returns the offset of the next footer; the size of the file if there is none. */
  private int footerFrom(int from) {
    int at = from;
    while (at < file.length && !Tags.APE.isAt(file, at)) {
      at++;
    }
    searched += at - from;
    return at;
  }

  private long afterLyrics(int at) {
    for (int i = at + LYRICS.length(); i < file.length; i++) {
      if (LYRICS_1_END.isAt(file, i) || LYRICS_2_END.isAt(file, i)) {
        return (long) i + LYRICS_2_END.length();
      }
    }
    return Tags.NONE;
  }
}
