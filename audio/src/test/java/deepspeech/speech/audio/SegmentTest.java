package deepspeech.speech.audio;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The recordings are ramps: each frame holds its own number, so a segment says where it is from.
 */
class SegmentTest {
  private static final int RATE = 8000;

  @TempDir private Path folder;
  private final AudioReader reader = new AudioReader(RATE, 30);

  @ParameterizedTest
  @ValueSource(longs = {-1, 0xFFFFFFFFL, 0x7FFFFFFFL, 0})
  void aSegmentOfAWavRecordingIsReadWhateverSizeItsHeaderClaims(long claimed) throws Exception {
    // Given
    byte[] data = ramp(2 * RATE, 1);
    WavBytes wav = new WavBytes().chunk("LIST", new byte[70_001]).format(1, 1, RATE, 16);
    write("talk.wav", wav.chunk("data", claimed < 0 ? data.length : claimed, data).build());
    // When
    float[] samples = read("talk.wav", 0.5, 0.25);
    // Then
    assertThat(frames(samples)).hasSize(RATE / 4).startsWith(4000).endsWith(5999);
  }

  @Test
  void segmentsThatFollowEachOtherHaveEveryFrameOnce() throws Exception {
    // Given
    write("talk.wav", new WavBytes().format(1, 1, RATE, 16).chunk("data", ramp(4000, 1)).build());
    // When
    float[] first = read("talk.wav", 0, 0.10006);
    float[] second = read("talk.wav", 0.10006, 0.1);
    // Then
    assertThat(frames(second)[0]).isEqualTo(first.length);
  }

  @Test
  void allChannelsOfASegmentAreMixed() throws Exception {
    // Given
    write("talk.wav", new WavBytes().format(1, 2, RATE, 16).chunk("data", ramp(8000, 2)).build());
    // When
    float[] samples = read("talk.wav", 0.25, 0.5);
    // Then
    assertThat(frames(samples)).hasSize(4000).startsWith(2000).endsWith(5999);
  }

  @Test
  void aSegmentOfALongWavRecordingIsReadWithoutTheRest() throws Exception {
    // Given
    int minutes = 20;
    byte[] second = ramp(RATE, 1);
    try (OutputStream file = Files.newOutputStream(folder.resolve("long.wav"))) {
      file.write(
          new WavBytes().format(1, 1, RATE, 16).chunk("data", 0x7FFFFFFF, new byte[0]).build());
      for (int i = 0; i < minutes * 60; i++) {
        file.write(second);
      }
    }
    // When
    float[] samples = read("long.wav", 1100.5, 0.125);
    // Then
    assertThat(frames(samples)).hasSize(RATE / 8).startsWith(4000).endsWith(4999);
    assertThatThrownBy(() -> read("long.wav", 10, 31))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage("the audio lasts 31.00 s; at most 30.00 s can be used");
  }

  @Test
  void aSegmentOfACompressedRecordingIsThatPartOfTheWhole() throws Exception {
    // Given
    byte[] flac = GoldenFiles.bytes("/audio/flac-16bit-2ch.flac");
    write("talk.flac", flac);
    Waveform whole = reader.decode(flac);
    double offset = 0.1;
    int first = (int) Math.round(offset * whole.sampleRate());
    // When
    float[] samples =
        new AudioReader(whole.sampleRate(), 30)
            .read(recording("talk.flac"), Optional.of(new Segment(offset, 0.05)))
            .samples();
    // Then
    assertThat(samples)
        .isEqualTo(
            Arrays.copyOfRange(
                whole.samples(), first, first + (int) Math.round(0.05 * whole.sampleRate())));
  }

  @Test
  void aCompressedRecordingMayBeLongerThanAnUtterance() throws Exception {
    // Given
    write("talk.flac", GoldenFiles.bytes("/audio/flac-16bit-1ch.flac"));
    AudioReader shortUtterances = new AudioReader(RATE, 0.1);
    Optional<Segment> segment = Optional.of(new Segment(0.2, 0.05));
    // When
    Waveform waveform = shortUtterances.read(recording("talk.flac"), segment);
    // Then
    assertThat(waveform.samples()).hasSize(400);
    assertThatThrownBy(() -> shortUtterances.read(recording("talk.flac")))
        .hasMessageContaining("at most 0.10 s can be used");
  }

  @Test
  void aCompressedRecordingThatWouldTakeTooMuchMemoryIsRefused() throws Exception {
    // Given: a STREAMINFO block of 655350 Hz and 327675000 samples, 500 s.
    byte[] flac = GoldenFiles.bytes("/audio/flac-16bit-1ch.flac");
    ByteBuffer streamInfo = ByteBuffer.wrap(flac);
    streamInfo.putLong(18, (655_350L << 44) | (15L << 36) | 327_675_000L);
    write("talk.flac", flac);
    // When
    // Then
    assertThatThrownBy(() -> read("talk.flac", 0.2, 0.05))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessageStartingWith(
            "the audio has 327675000 samples a channel; at most 67108864 can be decoded");
  }

  @Test
  void aRecordingThatIsTwoFilesJoinedByCatIsBroken() throws Exception {
    // Given
    byte[] wav = new WavBytes().format(1, 1, RATE, 16).chunk("data", ramp(4000, 1)).build();
    write("talk.wav", Bytes.joined(wav, wav));
    // When
    // Then
    assertThatThrownBy(() -> read("talk.wav", 0.1, 0.2))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessageStartingWith("a second WAV file begins at byte 8044 of the file; ");
  }

  @Test
  void aSegmentOfMoreBytesThanAFileMayHaveIsTooLong() throws Exception {
    // Given
    byte[] header =
        new WavBytes().format(1, 32_000, RATE, 64_000, 16).chunk("data", -1, new byte[0]).build();
    try (FileChannel file = FileChannel.open(folder.resolve("wide.wav"), CREATE, WRITE, SPARSE)) {
      file.write(ByteBuffer.wrap(header));
      file.write(ByteBuffer.allocate(1), 30L * RATE * 64_000);
    }
    // When
    // Then
    assertThatThrownBy(() -> read("wide.wav", 1, 20))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage(
            "the segment has 10240000000 bytes in frames of 64000; at most 268435456 bytes can be read")
        .extracting(e -> ((UnusableAudioException) e).reason())
        .isEqualTo(SkipReason.TOO_LONG);
  }

  @Test
  void aPipesRecordingOfMoreThanTwoGigabytesHasASegmentBehindThem() throws Exception {
    // Given: sox's size of 0x7FFFF000 bytes, 2^31 - 4096, in front of more.
    long position = 2_200_000_000L;
    for (long claimed : new long[] {0x7FFFF000L, 0x7FFFFFFFL, 0xFFFFFFFFL}) {
      byte[] header =
          new WavBytes().format(1, 1, RATE, 16).chunk("data", claimed, new byte[0]).build();
      Path wav = folder.resolve("pipe.wav");
      Files.deleteIfExists(wav);
      try (FileChannel file = FileChannel.open(wav, CREATE_NEW, WRITE, SPARSE)) {
        file.write(ByteBuffer.wrap(header));
        file.write(ByteBuffer.wrap(ramp(RATE, 1)), header.length + position);
      }
      // When
      float[] samples = read("pipe.wav", position / 2.0 / RATE, 0.5);
      // Then
      assertThat(frames(samples)).hasSize(RATE / 2).startsWith(0, 1, 2).endsWith(RATE / 2 - 1);
    }
  }

  @Test
  void aSizeNearTwoGigabytesWithAChunkBehindTheDataIsTrue() throws Exception {
    // Given
    long size = (1L << 31) - 4096;
    byte[] header = new WavBytes().format(1, 1, RATE, 16).chunk("data", size, new byte[0]).build();
    byte[] list =
        Arrays.copyOfRange(new WavBytes().chunk("LIST", new byte[5001]).build(), 12, 5022);
    try (FileChannel file = FileChannel.open(folder.resolve("a.wav"), CREATE, WRITE, SPARSE)) {
      file.write(ByteBuffer.wrap(header));
      file.write(ByteBuffer.wrap(list), header.length + size);
    }
    // When
    float[] samples = read("a.wav", size / 2.0 / RATE - 0.25, 0.5);
    // Then
    assertThat(samples).hasSize(RATE / 4);
  }

  @Test
  void aSegmentBehindTheEndOfTheRecordingIsReported() throws Exception {
    // Given
    write("talk.wav", new WavBytes().format(1, 1, RATE, 16).chunk("data", ramp(4000, 1)).build());
    // When
    float[] last = read("talk.wav", 0.25, 9);
    // Then
    assertThat(last).hasSize(2000);
    assertThatThrownBy(() -> read("talk.wav", 0.5, 1))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage("the segment begins at 0.5 s; the recording lasts 0.50 s")
        .extracting(e -> ((UnusableAudioException) e).reason())
        .isEqualTo(SkipReason.WRONG_DURATION);
  }

  private float[] read(String path, double offset, double seconds) throws Exception {
    return reader.read(recording(path), Optional.of(new Segment(offset, seconds))).samples();
  }

  private AudioSource recording(String path) {
    return new RecordingFile(folder.resolve(path));
  }

  private void write(String name, byte[] content) throws Exception {
    Files.write(folder.resolve(name), content);
  }

  private static byte[] ramp(int frames, int channels) {
    ByteBuffer data = ByteBuffer.allocate(2 * frames * channels).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < frames * channels; i++) {
      data.putShort((short) (i / channels));
    }
    return data.array();
  }

  private static int[] frames(float[] samples) {
    int[] frames = new int[samples.length];
    for (int i = 0; i < samples.length; i++) {
      frames[i] = Math.round(samples[i] * 32768);
    }
    return frames;
  }
}
