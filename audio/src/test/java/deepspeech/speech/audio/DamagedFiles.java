package deepspeech.speech.audio;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Damages files at random, and checks how a reader of audio takes them. */
public final class DamagedFiles {
  /** The audio of 30 s at 48 kHz as floats, twelve times. */
  private static final long MOST_ALLOCATED = 12L * 30 * 48_000 * Float.BYTES;

  private DamagedFiles() {}

  /** Audio that is read. */
  @FunctionalInterface
  public interface Reading {
    Waveform read() throws UnusableAudioException;
  }

  /**
   * Whether reading refuses the audio. Any other exception, samples that are not finite and too
   * much memory fail the test.
   */
  public static boolean isRefused(Reading reading) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    boolean refused = false;
    try {
      for (float sample : reading.read().samples()) {
        assertThat(Float.isFinite(sample)).isTrue();
      }
    } catch (UnusableAudioException e) {
      assertThat(e.getMessage()).isNotBlank().hasLineCount(1);
      refused = true;
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
    return refused;
  }

  /**
   * Returns a copy with bytes changed, cut, doubled or moved.
   *
   * @param headers number of bytes in front, which most damage is done to
   */
  public static byte[] mutated(byte[] original, int headers, Random random) {
    byte[] bytes = original.clone();
    for (int change = 0; change <= random.nextInt(4); change++) {
      int reach = random.nextBoolean() ? Math.min(bytes.length, headers) : bytes.length;
      int at = random.nextInt(Math.max(1, reach));
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0xFF);
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 4 -> {
          int length = Math.min(64, bytes.length - at);
          System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length + 1), length);
        }
        default -> {
          if (at + 4 <= bytes.length) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, random.nextInt());
          }
        }
      }
    }
    return random.nextBoolean() ? withChecksums(bytes) : bytes;
  }

  /** Of an Ogg file: damage behind a right checksum comes to the codec. */
  private static byte[] withChecksums(byte[] file) {
    int at = 0;
    while (at + 27 <= file.length && file[at] == 'O' && file[at + 1] == 'g') {
      int segments = file[at + 26] & 0xFF;
      int size = 27 + segments;
      for (int i = 0; i < segments && at + 27 + i < file.length; i++) {
        size += file[at + 27 + i] & 0xFF;
      }
      if (at + size > file.length) {
        break;
      }
      ByteBuffer page = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      page.putInt(at + 22, 0);
      int crc = 0;
      for (int i = at; i < at + size; i++) {
        crc ^= file[i] << 24;
        for (int bit = 0; bit < 8; bit++) {
          crc = crc < 0 ? (crc << 1) ^ 0x04C11DB7 : crc << 1;
        }
      }
      page.putInt(at + 22, crc);
      at += size;
    }
    return file;
  }
}
