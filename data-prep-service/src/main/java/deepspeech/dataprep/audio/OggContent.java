package deepspeech.dataprep.audio;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The packets of the only logical stream of an Ogg file.
 *
 * <p>Source: RFC 3533. Checksums and page numbers are checked: a damaged or missing page makes the
 * file broken.
 *
 * @param packets in their order
 * @param granule the position that the last page gives, -1 if it gives none
 */
record OggContent(List<byte[]> packets, long granule) {
  private static final byte[] MAGIC = {'O', 'g', 'g', 'S'};
  private static final int HEADER = 27;
  private static final int CONTINUED = 1;
  private static final int LAST = 4;
  private static final int POLYNOMIAL = 0x04C11DB7;
  private static final int[] CRC = crcTable();

  /** Whether the first bytes are those of an Ogg page whose packet begins with other bytes. */
  static boolean begins(byte[] content, byte[] packet) {
    int at = HEADER + 1;
    return content.length >= at + packet.length
        && Arrays.equals(content, 0, 4, MAGIC, 0, 4)
        && Arrays.equals(content, at, at + packet.length, packet, 0, packet.length);
  }

  /** Takes a file apart. */
  static OggContent of(byte[] content) throws UnusableAudioException {
    ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> packets = new ArrayList<>();
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    boolean open = false;
    boolean last = false;
    long granule = -1;
    int serial = 0;
    int at = 0;
    for (int number = 0; !last; number++) {
      int size = pageSize(file, at);
      checkSum(content, at, size);
      int flags = content[at + 5];
      if (number == 0) {
        serial = file.getInt(at + 14);
      } else if (file.getInt(at + 14) != serial) {
        throw UnusableAudioException.broken("the Ogg file has more than one stream");
      }
      if (file.getInt(at + 18) != number || ((flags & CONTINUED) != 0) != open) {
        throw UnusableAudioException.broken("page %d of the Ogg file is missing".formatted(number));
      }
      last = (flags & LAST) != 0;
      if (file.getLong(at + 6) != -1) {
        granule = file.getLong(at + 6);
      }
      int segments = content[at + 26] & 0xFF;
      int data = at + HEADER + segments;
      for (int i = 0; i < segments; i++) {
        int length = content[at + HEADER + i] & 0xFF;
        packet.write(content, data, length);
        data += length;
        open = length == 255;
        if (!open) {
          packets.add(packet.toByteArray());
          packet.reset();
        }
      }
      at += size;
    }
    if (at < content.length) {
      throw UnusableAudioException.broken("the Ogg file has more than one stream");
    }
    return new OggContent(packets, granule);
  }

  private static int pageSize(ByteBuffer file, int at) throws UnusableAudioException {
    int left = file.capacity() - at;
    if (left < HEADER || left < HEADER + (file.get(at + 26) & 0xFF)) {
      throw UnusableAudioException.broken("the Ogg file is truncated");
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (file.get(at + i) != MAGIC[i]) {
        throw UnusableAudioException.broken("the Ogg file has no page at byte " + at);
      }
    }
    int segments = file.get(at + 26) & 0xFF;
    int size = HEADER + segments;
    for (int i = 0; i < segments; i++) {
      size += file.get(at + HEADER + i) & 0xFF;
    }
    if (size > left) {
      throw UnusableAudioException.broken("the Ogg file is truncated");
    }
    return size;
  }

  private static void checkSum(byte[] content, int at, int size) throws UnusableAudioException {
    int crc = 0;
    int stated = 0;
    for (int i = 0; i < size; i++) {
      int value = content[at + i] & 0xFF;
      if (i >= 22 && i < 26) {
        stated |= value << (8 * (i - 22));
        value = 0;
      }
      crc = (crc << 8) ^ CRC[(crc >>> 24) ^ value];
    }
    if (crc != stated) {
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
