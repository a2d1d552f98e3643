package deepspeech.speech.audio.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits the whole and undamaged files of these tests into packets, and nothing else. */
final class PacketFile {
  private static final int PAGE_HEADER = 27;
  private static final int[] MPEG1_KILOBITS = {
    0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320
  };
  private static final int[] MPEG2_KILOBITS = {
    0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160
  };
  private static final int[] MPEG1_RATES = {44_100, 48_000, 32_000};

  private PacketFile() {}

  static EncodedAudio of(String name, byte[] file) throws IOException {
    return name.endsWith(".mp3") ? mp3(file) : ogg(file);
  }

  /** The frames but for the first one, which LAME writes for players. */
  private static EncodedAudio mp3(byte[] file) {
    List<byte[]> frames = new ArrayList<>();
    int channels = 0;
    int rate = 0;
    int length;
    for (int at = 0; at < file.length; at += length) {
      boolean isMpeg1 = (file[at + 1] & 0x08) != 0;
      int kilobits = (isMpeg1 ? MPEG1_KILOBITS : MPEG2_KILOBITS)[(file[at + 2] & 0xF0) >> 4];
      rate = MPEG1_RATES[(file[at + 2] & 0x0C) >> 2] / (isMpeg1 ? 1 : 2);
      channels = (file[at + 3] & 0xC0) == 0xC0 ? 1 : 2;
      length = (isMpeg1 ? 144_000 : 72_000) * kilobits / rate + ((file[at + 2] & 0x02) >> 1);
      frames.add(slice(file, at, length));
    }
    return new EncodedAudio(
        Codec.MP3, new byte[0], channels, rate, frames.subList(1, frames.size()));
  }

  private static EncodedAudio ogg(byte[] file) throws IOException {
    List<byte[]> packets = new ArrayList<>();
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    int at = 0;
    while (at < file.length) {
      int segments = file[at + PAGE_HEADER - 1] & 0xFF;
      int content = at + PAGE_HEADER + segments;
      for (int i = 0; i < segments; i++) {
        int length = file[at + PAGE_HEADER + i] & 0xFF;
        packet.write(file, content, length);
        content += length;
        if (length < 255) {
          packets.add(packet.toByteArray());
          packet.reset();
        }
      }
      at = content;
    }
    byte[] head = packets.get(0);
    if (head[0] == 'O') {
      return new EncodedAudio(
          Codec.OPUS, head, head[9], 48_000, packets.subList(2, packets.size()));
    }
    return new EncodedAudio(
        Codec.VORBIS,
        laced(packets.subList(0, 3)),
        head[11],
        (head[12] & 0xFF) | (head[13] & 0xFF) << 8 | (head[14] & 0xFF) << 16,
        packets.subList(3, packets.size()));
  }

  private static byte[] laced(List<byte[]> headers) throws IOException {
    ByteArrayOutputStream laced = new ByteArrayOutputStream();
    laced.write(headers.size() - 1);
    for (byte[] header : headers.subList(0, headers.size() - 1)) {
      int left = header.length;
      while (left >= 255) {
        laced.write(255);
        left -= 255;
      }
      laced.write(left);
    }
    for (byte[] header : headers) {
      laced.write(header);
    }
    return laced.toByteArray();
  }

  private static byte[] slice(byte[] bytes, int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }
}
