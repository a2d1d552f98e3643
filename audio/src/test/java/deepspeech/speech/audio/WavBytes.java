package deepspeech.speech.audio;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds WAV files byte by byte for tests, right and wrong ones. */
public final class WavBytes {
  private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();

  /** A 16-bit mono file. */
  public static byte[] pcm16(float[] samples, int sampleRate) {
    ByteBuffer data = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float sample : samples) {
      data.putShort((short) Math.round(sample * 32767));
    }
    return new WavBytes().format(1, 1, sampleRate, 16).chunk("data", data.array()).build();
  }

  /** A plain format chunk. */
  public WavBytes format(int code, int channels, int sampleRate, int bits) {
    return format(code, channels, sampleRate, channels * bits / 8, bits);
  }

  /** A plain format chunk with any number of bytes a frame. */
  public WavBytes format(int code, int channels, int sampleRate, int bytesPerFrame, int bits) {
    return chunk("fmt ", formatBody(16, code, channels, sampleRate, bytesPerFrame, bits).array());
  }

  /** An extensible format chunk. */
  public WavBytes extensible(int subCode, int channels, int sampleRate, int bits) {
    byte[] fmt = formatBody(40, 0xFFFE, channels, sampleRate, channels * bits / 8, bits).array();
    ByteBuffer body = ByteBuffer.wrap(fmt).order(ByteOrder.LITTLE_ENDIAN).position(16);
    body.putShort((short) 22).putShort((short) bits).putInt(0).putShort((short) subCode);
    body.put(
        new byte[] {
          0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71
        });
    return chunk("fmt ", fmt);
  }

  /** A chunk with its own size, padded to an even length. */
  public WavBytes chunk(String id, byte[] body) {
    return chunk(id, body.length, body);
  }

  /** A chunk with any size in its header. */
  public WavBytes chunk(String id, long claimedSize, byte[] body) {
    chunks.writeBytes(id.getBytes(StandardCharsets.US_ASCII));
    ByteBuffer size = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    chunks.writeBytes(size.putInt((int) claimedSize).array());
    chunks.writeBytes(body);
    if (body.length % 2 == 1) {
      chunks.write(0);
    }
    return this;
  }

  /** The file. */
  public byte[] build() {
    ByteBuffer file = ByteBuffer.allocate(12 + chunks.size()).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(4 + chunks.size());
    file.put("WAVE".getBytes(StandardCharsets.US_ASCII)).put(chunks.toByteArray());
    return file.array();
  }

  private static ByteBuffer formatBody(
      int size, int code, int channels, int sampleRate, int bytesPerFrame, int bits) {
    return ByteBuffer.allocate(size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) code)
        .putShort((short) channels)
        .putInt(sampleRate)
        .putInt(sampleRate * bytesPerFrame)
        .putShort((short) bytesPerFrame)
        .putShort((short) bits);
  }
}
