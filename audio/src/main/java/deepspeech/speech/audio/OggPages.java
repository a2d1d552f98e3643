package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Reads the pages of an Ogg file and verifies their checksums.
 *
 * <p>Source: RFC 3533.
 */
final class OggPages {
  private static final Magic MAGIC = new Magic("OggS");
  private static final int HEADER = 27;
  private static final int POLYNOMIAL = 0x04C11DB7;
  private static final int[] CRC = crcTable();

  private final ByteBuffer file;
  private int at;

  /**
   * Starts before the first page.
   *
   * @param file content of the file without leading tags; trailing tags and zeros are allowed
   */
  OggPages(byte[] file) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether a file begins with a page. */
  static boolean begin(byte[] file) {
    return MAGIC.begins(file);
  }

  /** Returns the next page; empty at the end of the file. */
  Optional<OggPage> next() throws UnusableAudioException {
    byte[] content = file.array();
    if (at == content.length) {
      return Optional.empty();
    }
    if (!MAGIC.isAt(content, at)) {
      if (Tags.fillTheRest(content, at)) {
        at = content.length;
        return Optional.empty();
      }
      throw UnusableAudioException.broken(
          "the Ogg file has something other than a page at byte " + at);
    }
    int size = size();
    checkSum(content, size);
    int segments = content[at + 26] & 0xFF;
    OggPage page =
        new OggPage(
            content[at + 5],
            file.getLong(at + 6),
            file.getInt(at + 14),
            file.getInt(at + 18),
            content,
            at + HEADER,
            segments);
    at += size;
    return Optional.of(page);
  }

  private int size() throws UnusableAudioException {
    int left = file.capacity() - at;
    int size = HEADER;
    if (left >= size) {
      int segments = file.get(at + 26) & 0xFF;
      size += segments;
      for (int i = 0; i < segments && left >= HEADER + segments; i++) {
        size += file.get(at + HEADER + i) & 0xFF;
      }
    }
    if (size > left) {
      throw UnusableAudioException.broken(
          "the Ogg file is truncated: its last page has %d of at least %d bytes"
              .formatted(left, size));
    }
    return size;
  }

  private void checkSum(byte[] content, int size) throws UnusableAudioException {
    int crc = 0;
    for (int i = at; i < at + size; i++) {
      int value = i >= at + 22 && i < at + 26 ? 0 : content[i] & 0xFF;
      crc = (crc << 8) ^ CRC[(crc >>> 24) ^ value];
    }
    if (crc != file.getInt(at + 22)) {
      throw UnusableAudioException.broken(
          "the Ogg page at byte %d does not match its checksum".formatted(at));
    }
  }

  private static int[] crcTable() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc < 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
      }
      table[i] = crc;
    }
    return table;
  }
}
