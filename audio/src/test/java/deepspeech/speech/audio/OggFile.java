package deepspeech.speech.audio;

import static deepspeech.speech.audio.Bytes.ascii;
import static deepspeech.speech.audio.Bytes.joined;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** An Ogg file whose pages can be changed, each with a right checksum. */
final class OggFile {
  static final int FLAGS = 5;
  static final int GRANULE = 6;
  static final int SERIAL = 14;
  static final int NUMBER = 18;
  static final int CONTINUED = 1;
  static final byte LAST = 4;

  private static final int CHECKSUM = 22;
  private static final int SEGMENTS = 26;
  private static final int HEADER = 27;

  private final List<byte[]> pages = new ArrayList<>();

  /** Takes apart a file of the test resources. */
  static OggFile of(String name) throws IOException {
    byte[] file = GoldenFiles.bytes("/audio/compressed/" + name);
    OggFile pages = new OggFile();
    for (int at = 0; at < file.length; at += pages.last().length) {
      int segments = file[at + SEGMENTS] & 0xFF;
      int size = HEADER + segments;
      for (int i = 0; i < segments; i++) {
        size += file[at + HEADER + i] & 0xFF;
      }
      pages.pages.add(Arrays.copyOfRange(file, at, at + size));
    }
    return pages;
  }

  List<byte[]> pages() {
    return pages;
  }

  byte[] last() {
    return pages.get(pages.size() - 1);
  }

  /** Changes a page, the last one by -1. */
  OggFile change(int page, Consumer<ByteBuffer> change) {
    byte[] bytes = page < 0 ? last() : pages.get(page);
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return this;
  }

  /** Adds a page of whole packets to the stream. */
  OggFile add(int flags, long granule, byte[]... packets) {
    ByteBuffer before = ByteBuffer.wrap(last()).order(ByteOrder.LITTLE_ENDIAN);
    byte[] lacing = new byte[packets.length];
    for (int i = 0; i < packets.length; i++) {
      lacing[i] = (byte) packets[i].length;
    }
    byte[] header =
        ByteBuffer.allocate(HEADER)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(ascii("OggS\0"))
            .put((byte) flags)
            .putLong(granule)
            .putInt(before.getInt(SERIAL))
            .putInt(before.getInt(NUMBER) + 1)
            .putInt(0)
            .put((byte) packets.length)
            .array();
    pages.add(joined(header, lacing, joined(packets)));
    return this;
  }

  /** The file, with the checksums that belong to its pages. */
  byte[] bytes() {
    pages.forEach(OggFile::putChecksum);
    return joined(pages);
  }

  private static void putChecksum(byte[] page) {
    ByteBuffer bytes = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(CHECKSUM, 0);
    int crc = 0;
    for (byte value : page) {
      crc ^= value << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc < 0 ? (crc << 1) ^ 0x04C11DB7 : crc << 1;
      }
    }
    bytes.putInt(CHECKSUM, crc);
  }
}
