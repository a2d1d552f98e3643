package deepspeech.speech.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.DamagedFiles;
import deepspeech.speech.audio.WavBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Shards with bytes changed, cut, doubled and moved, always the same ones. */
class ShardFuzzTest {
  private static final int MUTATIONS = 400;
  private static final int SHARD_HEADERS = 1536;
  private static final String ENTRY = "entry.wav";

  @TempDir private Path folder;

  static Stream<Arguments> shards() throws IOException {
    return Stream.of(
        arguments("plain", shard(TarArchiveOutputStream.LONGFILE_ERROR, ENTRY)),
        arguments("GNU", shard(TarArchiveOutputStream.LONGFILE_GNU, "a/".repeat(80) + ENTRY)),
        arguments("POSIX", shard(TarArchiveOutputStream.LONGFILE_POSIX, "a/".repeat(80) + ENTRY)));
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
      Files.write(shard, DamagedFiles.mutated(original, SHARD_HEADERS, random));
      Location audio =
          storage.audioPaths().find(place, shard.getFileName() + "#" + entry).orElseThrow();
      refused += DamagedFiles.isRefused(() -> reader.read(storage.recording(audio))) ? 1 : 0;
      Files.delete(shard);
    }
    // Then
    assertThat(refused).isPositive();
    Location whole = storage.audioPaths().find(place, "whole.tar#" + entry).orElseThrow();
    assertThat(reader.read(storage.recording(whole)).samples()).isNotEmpty();
  }

  private static byte[] shard(int longNames, String entry) throws IOException {
    ByteArrayOutputStream shard = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(shard)) {
      tar.setLongFileMode(longNames);
      for (String name : List.of(entry, "after.wav")) {
        byte[] content = tone();
        TarArchiveEntry header = new TarArchiveEntry(name);
        header.setSize(content.length);
        tar.putArchiveEntry(header);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return shard.toByteArray();
  }

  private static byte[] tone() {
    float[] samples = new float[6000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.5 * Math.sin(0.02 * i));
    }
    return WavBytes.pcm16(samples, 16_000);
  }
}
