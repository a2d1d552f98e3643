package deepspeech.speech.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import deepspeech.speech.features.Numpy;
import deepspeech.speech.manifest.DatasetRoot;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files with bytes changed, cut, doubled and moved, always the same ones. A decoder excuses only
 * what its library throws, so that a defect of this service's own code fails the test.
 */
class DecoderFuzzTest {
  private static final int MUTATIONS = 400;
  private static final int PCM = 1;
  private static final int FLOAT = 3;

  /** Bytes of the headers in front, which most damage is done to. */
  private static final int AUDIO_HEADERS = 128;

  private static final int SHARD_HEADERS = 1536;
  private static final String ENTRY = "entry.wav";

  /** The audio of 30 s at 48 kHz as floats, twelve times. */
  private static final long MOST_ALLOCATED = 12L * 30 * 48_000 * Float.BYTES;

  @TempDir private Path folder;

  static Stream<Arguments> originals() throws IOException {
    return Stream.of(
        file("/audio/signal-16k.wav"),
        arguments("8 bits", wav(PCM, 1, 8)),
        arguments("24 bits", wav(PCM, 1, 24)),
        arguments("24 bits, 2 channels", wav(PCM, 2, 24)),
        arguments("32 bits, 2 channels", wav(PCM, 2, 32)),
        arguments("32-bit float", wav(FLOAT, 1, 32)),
        arguments("64-bit float, 2 channels", wav(FLOAT, 2, 64)),
        arguments(
            "extensible 24 bits, 6 channels",
            new WavBytes()
                .extensible(PCM, 6, 16_000, 24)
                .chunk("LIST", new byte[26])
                .chunk("data", samples(PCM, 24))
                .build()),
        file("/audio/flac-16bit-1ch.flac"),
        file("/audio/compressed/mutagen-tags-16k.mp3"),
        file("/audio/compressed/lame-48k-vbr-stereo.mp3"),
        file("/audio/compressed/shine-44k.mp3"),
        file("/audio/compressed/ffmpeg-16k-pages.ogg"),
        file("/audio/compressed/oggenc-44k-six.ogg"),
        file("/audio/compressed/oggz-chop-skeleton.ogg"),
        file("/audio/compressed/opusenc-2.5ms.opus"),
        file("/audio/compressed/opusenc-six.opus"));
  }

  static Stream<Arguments> shards() throws IOException {
    return Stream.of(
        arguments("plain", shard(TarArchiveOutputStream.LONGFILE_ERROR, ENTRY)),
        arguments("GNU", shard(TarArchiveOutputStream.LONGFILE_GNU, "a/".repeat(80) + ENTRY)),
        arguments("POSIX", shard(TarArchiveOutputStream.LONGFILE_POSIX, "a/".repeat(80) + ENTRY)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("originals")
  void damagedFilesGiveFiniteAudioOrOneReasonWithinBounds(String name, byte[] original)
      throws Exception {
    // Given
    Random random = new Random(name.hashCode());
    AudioReader reader = new AudioReader(16_000, 30);
    int refused = 0;
    // When
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = mutated(original, AUDIO_HEADERS, random);
      refused += isRefused(() -> reader.decode(mutated)) ? 1 : 0;
    }
    // Then
    assertThat(refused).isPositive();
    assertThat(reader.decode(original).samples()).isNotEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shards")
  void damagedShardsGiveFiniteAudioOrOneReasonWithinBounds(String name, byte[] original)
      throws Exception {
    // Given
    Random random = new Random(name.hashCode());
    DataStorage storage = DataStorage.under(new DatasetRoot(folder));
    Path manifest = Files.createFile(folder.resolve("manifest"));
    Location place = storage.file("manifest", manifest.toString());
    AudioReader reader = new AudioReader(16_000, 30);
    String entry = name.equals("plain") ? ENTRY : "a/".repeat(80) + ENTRY;
    Files.write(folder.resolve("whole.tar"), original);
    int refused = 0;
    // When
    for (int i = 0; i < MUTATIONS; i++) {
      // Another name each time, as the index of an archive is kept.
      Path shard = folder.resolve("%d.tar".formatted(i));
      Files.write(shard, mutated(original, SHARD_HEADERS, random));
      Location audio = storage.audio(place, shard.getFileName() + "#" + entry).orElseThrow();
      refused += isRefused(() -> reader.read(storage, audio)) ? 1 : 0;
      Files.delete(shard);
    }
    // Then
    assertThat(refused).isPositive();
    Location whole = storage.audio(place, "whole.tar#" + entry).orElseThrow();
    assertThat(reader.read(storage, whole).samples()).isNotEmpty();
  }

  /** Audio that is read. */
  @FunctionalInterface
  private interface Reading {
    Waveform read() throws UnusableAudioException;
  }

  /** Whatever is thrown beside the one exception fails the test. */
  private static boolean isRefused(Reading reading) {
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

  private static Arguments file(String resource) throws IOException {
    return arguments(resource, Numpy.bytes(resource));
  }

  private static byte[] wav(int format, int channels, int bits) {
    return new WavBytes()
        .format(format, channels, 16_000, bits)
        .chunk("data", samples(format, bits))
        .build();
  }

  /** A tone of 6000 samples, which several channels can share. */
  private static byte[] samples(int format, int bits) {
    ByteBuffer samples = ByteBuffer.allocate(6000 * bits / 8).order(ByteOrder.LITTLE_ENDIAN);
    while (samples.hasRemaining()) {
      double sample = 0.5 * Math.sin(0.01 * samples.position());
      if (format == FLOAT && bits == 64) {
        samples.putDouble(sample);
      } else if (format == FLOAT) {
        samples.putFloat((float) sample);
      } else {
        long value = (long) (sample * (1L << (bits - 1)));
        for (int shift = 0; shift < bits; shift += 8) {
          samples.put((byte) (value >> shift));
        }
      }
    }
    return samples.array();
  }

  private static byte[] shard(int longNames, String entry) throws IOException {
    ByteArrayOutputStream shard = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(shard)) {
      tar.setLongFileMode(longNames);
      for (String name : List.of(entry, "after.wav")) {
        byte[] content = wav(PCM, 1, 16);
        TarArchiveEntry header = new TarArchiveEntry(name);
        header.setSize(content.length);
        tar.putArchiveEntry(header);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return shard.toByteArray();
  }

  private static byte[] mutated(byte[] original, int headers, Random random) {
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
