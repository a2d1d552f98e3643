package deepspeech.dataprep.audio;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import deepspeech.dataprep.features.Numpy;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real files with bytes changed, cut, doubled and moved, always the same ones. */
class DecoderFuzzTest {
  private static final int MUTATIONS = 400;

  /** The audio of 30 s at 48 kHz as floats, twelve times. */
  private static final long MOST_ALLOCATED = 12L * 30 * 48_000 * Float.BYTES;

  private final List<AudioDecoder> decoders =
      List.of(
          new WavDecoder(),
          new FlacDecoder(),
          new VorbisDecoder(),
          new OpusDecoder(),
          new Mp3Decoder());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/audio/signal-16k.wav",
        "/audio/flac-16bit-1ch.flac",
        "/audio/compressed/tone.mp3",
        "/audio/compressed/stereo-id3.mp3",
        "/audio/compressed/tone-vorbis.ogg",
        "/audio/compressed/stereo-opus.ogg"
      })
  void damagedFilesGiveFiniteAudioOrOneReasonWithinBounds(String name) throws Exception {
    // Given
    byte[] original = Numpy.bytes(name);
    Random random = new Random(name.hashCode());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    AudioReader reader = new AudioReader(16_000, 30);
    int refused = 0;
    // When
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = mutated(original, random);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        Waveform waveform = reader.decode(mutated);
        // Then
        for (float sample : waveform.samples()) {
          assertThat(Float.isFinite(sample)).isTrue();
        }
      } catch (UnusableAudioException e) {
        assertThat(e.getMessage()).isNotBlank().hasLineCount(1);
        refused++;
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
    }
    assertThat(refused).isPositive();
    assertThat(decoders).anyMatch(decoder -> decoder.recognises(original));
  }

  private static byte[] mutated(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int change = 0; change <= random.nextInt(4); change++) {
      // Most damage is to the headers, which are in front.
      int reach = random.nextBoolean() ? Math.min(bytes.length, 128) : bytes.length;
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
