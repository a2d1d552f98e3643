package deepspeech.speech.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.AudioSource;
import deepspeech.speech.audio.Segment;
import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.storage.Location.LocalFile;
import deepspeech.speech.storage.Location.ShardEntry;
import deepspeech.speech.storage.UnreadableFileException.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardsTest {
  private static final int RECORD = 512;

  @TempDir private Path folder;
  private DataStorage storage;

  @BeforeEach
  void make() throws Exception {
    storage = DataStorage.under(new DatasetRoot(folder));
  }

  @ParameterizedTest
  @CsvSource({
    "./000001.wav, 000001.wav",
    "000001.wav, ./000001.wav",
    "./clips/a.wav, clips/a.wav",
    "clips//./a.wav, /clips/a.wav",
    "./你好.wav, 你好.wav"
  })
  void anEntryIsFoundUnderEverySpellingOfItsName(String packed, String named) throws Exception {
    // Given
    Path shard = shard(List.of(packed), 700);
    // When
    byte[] content = storage.read(new ShardEntry(new LocalFile(shard), named), 1000);
    // Then
    assertThat(content).isEqualTo(content(0, 700));
  }

  @Test
  void aSegmentOfAnEntryOfAShardIsRead() throws Exception {
    // Given: a ramp, each frame of which has its own number.
    float[] ramp = new float[4000];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i / 32767f;
    }
    byte[] wav = WavBytes.pcm16(ramp, 8000);
    Path shard = folder.resolve("set.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(shard))) {
      for (String name : List.of("first.wav", "talk.wav")) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(wav.length);
        tar.putArchiveEntry(entry);
        tar.write(wav);
        tar.closeArchiveEntry();
      }
    }
    AudioSource talk = storage.recording(new ShardEntry(new LocalFile(shard), "talk.wav"));
    // When
    float[] samples =
        new AudioReader(8000, 30).read(talk, Optional.of(new Segment(0.25, 0.125))).samples();
    // Then
    assertThat(samples).hasSize(1000).startsWith(2000 / 32768f).endsWith(2999 / 32768f);
  }

  @Test
  void ofACutShardEveryWholeEntryIsServed() throws Exception {
    // Given
    int size = 700;
    int entryBytes = RECORD + 2 * RECORD;
    List<String> names = List.of("0.wav", "1.wav", "2.wav", "3.wav");
    byte[] whole = Files.readAllBytes(shard(names, size));
    for (int length = 0; length < 4 * entryBytes; length += 100) {
      Path cut =
          Files.write(folder.resolve("cut-" + length + ".tar"), Arrays.copyOf(whole, length));
      for (int i = 0; i < names.size(); i++) {
        ShardEntry entry = new ShardEntry(new LocalFile(cut), names.get(i));
        // When
        boolean isWhole = i * entryBytes + RECORD + size <= length;
        // Then
        if (isWhole) {
          assertThat(storage.read(entry, 1000))
              .as("%d of %d", i, length)
              .isEqualTo(content(i, size));
        } else {
          assertThatThrownBy(() -> storage.read(entry, 1000))
              .as("%d of %d", i, length)
              .isInstanceOf(UnreadableFileException.class)
              .hasMessageContaining(cut.toString());
        }
      }
    }
  }

  @Test
  void theCutEntryIsDamagedAndThoseBehindItAreSaidToBeBehindTheDamage() throws Exception {
    // Given
    byte[] whole = Files.readAllBytes(shard(List.of("0.wav", "1.wav", "2.wav"), 700));
    Path cut = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(whole, 3 * RECORD + 900));
    // When
    // Then
    assertDamaged(cut, "1.wav", "the shard %s ends inside the entry 1.wav".formatted(cut));
    assertDamaged(
        cut,
        "2.wav",
        "the shard %s has no entry 2.wav before the damaged part: it ends inside the entry 1.wav"
            .formatted(cut));
  }

  @Test
  void damageInTheMiddleLeavesTheEntriesInFrontOfIt() throws Exception {
    // Given
    byte[] shard = Files.readAllBytes(shard(List.of("0.wav", "1.wav", "2.wav"), 700));
    Arrays.fill(shard, 3 * RECORD, 4 * RECORD, (byte) 0xEE);
    Path damaged = Files.write(folder.resolve("damaged.tar"), shard);
    // When
    byte[] first = storage.read(new ShardEntry(new LocalFile(damaged), "0.wav"), 1000);
    // Then
    assertThat(first).isEqualTo(content(0, 700));
    assertThatThrownBy(() -> storage.read(new ShardEntry(new LocalFile(damaged), "2.wav"), 1000))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("before the damaged part");
  }

  @Test
  void aHeaderThatClaimsALongNameTakesABoundedNumberOfBytes() throws Exception {
    // Given
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry longName = new TarArchiveEntry("././@LongLink", (byte) 'L');
      longName.setSize(64 << 20);
      tar.putArchiveEntry(longName);
      tar.write(new byte[64 << 20]);
      tar.closeArchiveEntry();
    }
    Path bomb = Files.write(folder.resolve("bomb.tar"), bytes.toByteArray());
    // When
    // Then
    assertDamaged(
        bomb,
        "a.wav",
        "the shard %s is damaged: a header has more than 1048576 bytes".formatted(bomb));
  }

  private void assertDamaged(Path shard, String entry, String message) {
    assertThatThrownBy(() -> storage.read(new ShardEntry(new LocalFile(shard), entry), 1000))
        .isInstanceOfSatisfying(
            UnreadableFileException.class, e -> assertThat(e.problem()).isEqualTo(Problem.DAMAGED))
        .hasMessage(message);
  }

  private Path shard(List<String> names, int size) throws IOException {
    Path shard = Files.createTempFile(folder, "shard", ".tar");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(shard), StandardCharsets.UTF_8.name())) {
      for (int i = 0; i < names.size(); i++) {
        TarArchiveEntry entry = new TarArchiveEntry(names.get(i));
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        tar.write(content(i, size));
        tar.closeArchiveEntry();
      }
    }
    return shard;
  }

  private static byte[] content(int number, int size) {
    byte[] content = new byte[size];
    Arrays.fill(content, (byte) (number + 1));
    return content;
  }
}
