package deepspeech.speech.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files {@code flac-…} were made by libsndfile 1.2.2; the expected samples are the numbers that
 * it was given: two tones with noise, clipped stretches of full scale and a stretch of silence.
 *
 * <p>Those of the folder {@code flac} were made by libFLAC 1.4.2 ({@code …-md5} by its program), of
 * tones with noise, nearly equal channels, noise and jumps from one end of the scale to the other,
 * in which the difference of the channels has one bit more than they; {@code 24bit-order32} by
 * ffmpeg 5.1; the expected samples are the numbers that they were given. {@code escape} has
 * residuals that are not coded; ffmpeg 5.1 decoded it.
 */
class FlacDecoderTest {
  private final FlacDecoder decoder = new FlacDecoder();

  @ParameterizedTest
  @CsvSource({"8,1", "8,2", "16,1", "16,2", "24,1", "24,2"})
  void decodesToTheSamplesThatWereEncoded(int bits, int channels) throws Exception {
    // Given
    String name = "/audio/flac-%dbit-%dch".formatted(bits, channels);
    double[] expected = GoldenFiles.samples(name + ".npy");
    // When
    Waveform waveform = decoder.decode(GoldenFiles.bytes(name + ".flac"), 30);
    // Then
    assertThat(waveform.sampleRate()).isEqualTo(16000);
    assertThat(waveform.samples()).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) waveform.samples()[i]).isCloseTo(expected[i], within(1e-7));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4bit-1ch",
        "12bit-2ch",
        "12bit-full",
        "16bit-8ch",
        "16bit-md5",
        "16bit-wasted",
        "20bit-2ch",
        "20bit-noise",
        "24bit-6ch",
        "24bit-full",
        "24bit-md5",
        "24bit-order32",
        "31bit-2ch",
        "32bit-2ch",
        "32bit-full",
        "32bit-md5",
        "32bit-noise",
        "escape",
        "silence"
      })
  void decodesEveryBitDepthAndStereoModeToTheVeryNumbers(String name) throws Exception {
    // Given
    double[] expected = GoldenFiles.samples("/audio/flac/" + name + ".npy");
    // When
    float[] samples =
        decoder.decode(GoldenFiles.bytes("/audio/flac/" + name + ".flac"), 30).samples();
    // Then
    assertThat(samples).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(samples[i]).as("sample %d", i).isEqualTo((float) expected[i]);
    }
  }

  @Test
  void nothingIsPrinted() throws Exception {
    // Given
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    byte[] file = GoldenFiles.bytes("/audio/flac/escape.flac");
    // When
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      decoder.decode(file, 30);
    } finally {
      System.setOut(out);
    }
    // Then
    assertThat(printed.size()).isZero();
  }

  @Test
  void samplesThatAreNotCountedAheadAreReadToTheEnd() throws Exception {
    // Given
    byte[] file =
        new FlacBytes(0)
            .frame(0, 100)
            .constant(1 << 14)
            .end()
            .frame(1, 60)
            .constant(0)
            .end()
            .build();
    // When
    float[] samples = decoder.decode(file, 30).samples();
    // Then
    assertThat(samples).hasSize(160).startsWith(0.5f).endsWith(0f);
    assertThat(samples[99]).isEqualTo(0.5f);
    assertThat(samples[100]).isZero();
  }

  @Test
  void blocksOfAnySizeAreNumberedByTheirSamples() throws Exception {
    // Given
    byte[] file =
        new FlacBytes(460)
            .frame(1, 0, 200, 5, 0, 4)
            .constant(1)
            .end()
            .frame(1, 200, 60, 5, 0, 4)
            .constant(2)
            .end()
            .frame(1, 260, 200, 5, 0, 4)
            .constant(3)
            .end()
            .build();
    // When
    float[] samples = decoder.decode(file, 30).samples();
    // Then
    assertThat(samples).hasSize(460).endsWith(3 / 32768f);
  }

  @Test
  void framesThatDoNotJoinAreBroken() {
    assertBroken(
        new FlacBytes(0).frame(0, 100).constant(0).end().frame(2, 100).constant(0).end(),
        "the FLAC file is damaged after sample 100: frame or sample 2 comes where 1 is due: frames are missing or doubled");
    assertBroken(
        new FlacBytes(0).frame(0, 100).constant(0).end().frame(0, 100).constant(0).end(),
        "frame or sample 0 comes where 1 is due");
    assertBroken(
        new FlacBytes(0)
            .frame(1, 0, 100, 0, 0, 4)
            .constant(0)
            .end()
            .frame(1, 200, 100, 0, 0, 4)
            .constant(0)
            .end(),
        "frame or sample 200 comes where 100 is due");
  }

  @Test
  void changesOfTheFormatAreBroken() {
    String file = "; the file says 1, 16 and 16000";
    assertBroken(
        new FlacBytes(0).frame(0, 0, 100, 9, 0, 4).constant(0).end(),
        "a frame has 1 channels, 16 bits and 44100 Hz" + file);
    assertBroken(
        new FlacBytes(0).frame(0, 0, 100, 0, 0, 6).constant(0).end(),
        "a frame has 1 channels, 24 bits and 16000 Hz" + file);
    assertBroken(
        new FlacBytes(0).frame(0, 0, 100, 0, 1, 0).constant(0).constant(0).end(),
        "a frame has 2 channels, 16 bits and 16000 Hz" + file);
    assertBroken(
        new FlacBytes(0).frame(0, 0, 100, 0, 10, 0).constant(0).constant(0).end(),
        "a frame has 2 channels, 16 bits and 16000 Hz" + file);
  }

  @Test
  void reservedValuesAreBroken() {
    String reserved = "a frame's header has reserved values";
    assertBroken(new FlacBytes(0).frame(0, 0, 100, 15, 0, 4).constant(0).end(), reserved);
    assertBroken(new FlacBytes(0).frame(0, 0, 100, 0, 11, 4).constant(0).end(), reserved);
    assertBroken(new FlacBytes(0).frame(0, 0, 100, 0, 0, 3).constant(0).end(), reserved);
    assertBroken(new FlacBytes(0).frame(0, 65_536).constant(0).end(), reserved);
    assertBroken(
        new FlacBytes(0).frame(0, 100).put(0, 1).put(2, 6).put(0, 17).end(),
        "a subframe is of the reserved type 2");
    assertBroken(
        new FlacBytes(0).frame(0, 100).put(1, 1).put(0, 23).end(),
        "a subframe does not begin with a zero");
    assertBroken(
        new FlacBytes(0).frame(0, 100).put(0, 1).put(8, 6).put(0, 1).put(2, 2).put(0, 32).end(),
        "residuals are in the reserved code 2");
    assertBroken(
        new FlacBytes(0).frame(0, 100).put(0, 1).put(0, 6).put(1, 1).put(0, 15).put(1, 9).end(),
        "all bits of a subframe are wasted");
    assertBroken(
        new FlacBytes(0).frame(0, 4).put(0, 1).put(63, 6).put(0, 1).put(0, 600).end(),
        "a subframe of 4 samples has the order 32");
    assertBroken(
        new FlacBytes(0)
            .frame(0, 100)
            .put(0, 1)
            .put(8, 6)
            .put(0, 1)
            .put(0, 2)
            .put(3, 4)
            .put(0, 600)
            .end(),
        "100 samples of order 0 are in 8 partitions");
    assertBroken(
        new FlacBytes(0)
            .frame(0, 100)
            .put(0, 1)
            .put(32, 6)
            .put(0, 1)
            .put(0, 16)
            .put(15, 4)
            .put(0, 600)
            .end(),
        "a predictor has a precision or a shift that is not allowed");
  }

  @Test
  void samplesBeyondTheBitsOfTheFileAreBroken() {
    // A first-order predictor of 32,767 that adds 1.
    assertBroken(
        new FlacBytes(0)
            .frame(0, 2)
            .put(0, 1)
            .put(9, 6)
            .put(0, 1)
            .put(32_767, 16)
            .put(0, 2)
            .put(0, 4)
            .put(0, 4)
            .put(0b001, 3)
            .end(),
        "a sample has more bits than the file says");
  }

  @Test
  void onlyTagsAndZerosMayFollow() throws Exception {
    // Given
    byte[] tag = Arrays.copyOf("TAGtitle".getBytes(StandardCharsets.US_ASCII), 128);
    FlacBytes tagged =
        new FlacBytes(100)
            .frame(0, 100)
            .constant(0)
            .end()
            .behind(new byte[500])
            .behind(TagBytes.ape(40))
            .behind(tag);
    // When
    // Then
    assertThat(decoder.decode(tagged.build(), 30).samples()).hasSize(100);
    assertBroken(
        new FlacBytes(100).frame(0, 100).constant(0).end().behind((byte) 1, (byte) 2),
        "the FLAC file has something else than a frame after sample 100");
    assertBroken(
        new FlacBytes(0)
            .frame(0, 100)
            .constant(0)
            .end()
            .behind("<html>".getBytes(StandardCharsets.US_ASCII)),
        "the FLAC file has something else than a frame after sample 100");
    assertBroken(
        new FlacBytes(100).frame(0, 100).constant(0).end().frame(1, 100).constant(0).end(),
        "the FLAC file has more than 100 samples but its header gives 100");
  }

  @Test
  void smallFilesOfManyHoursAreRefusedWithoutMemoryForThem() {
    // Given
    FlacBytes hours = new FlacBytes(0);
    for (int i = 0; i < 10_000; i++) {
      hours.frame(i, 65_535).constant(1).end();
    }
    byte[] real = hours.build();
    byte[] claimed = new FlacBytes((1L << 36) - 1).frame(0, 65_535).constant(1).end().build();
    ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (byte[] file : List.of(real, claimed)) {
      // When
      long before = memory.getCurrentThreadAllocatedBytes();
      // Then
      assertThatThrownBy(() -> decoder.decode(file, 30))
          .isInstanceOfSatisfying(
              UnusableAudioException.class,
              e -> assertThat(e.reason()).isEqualTo(SkipReason.TOO_LONG));
      assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(16_000_000);
    }
    assertThat(real.length).isLessThan(200_000);
  }

  @Test
  void aLargeFileThatDoesNotSayItsLengthTakesMemoryForTheLongestAudioAlone() {
    // Given
    FlacBytes second = new FlacBytes(0).frame(0, 16_000).constant(1).end();
    FlacBytes minute = new FlacBytes(0);
    for (int i = 0; i < 120; i++) {
      minute.frame(i, 16_000).constant(1).end();
    }
    byte[] large = Arrays.copyOf(second.behind((byte) 1).build(), 64_000_000);
    byte[] largeAndLong = Arrays.copyOf(minute.build(), 64_000_000);
    ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (byte[] file : List.of(large, largeAndLong)) {
      // When
      long before = memory.getCurrentThreadAllocatedBytes();
      // Then
      assertThatThrownBy(() -> decoder.decode(file, 60)).isInstanceOf(UnusableAudioException.class);
      assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(16_000_000);
    }
  }

  private void assertBroken(FlacBytes file, String message) {
    assertThatThrownBy(() -> decoder.decode(file.build(), 30))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.BROKEN_AUDIO))
        .hasMessageContaining(message);
  }

  @Test
  void everyTruncationIsBroken() throws Exception {
    // Given
    byte[] whole = GoldenFiles.bytes("/audio/flac-16bit-1ch.flac");
    // When
    for (int length = 4; length < whole.length; length += 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      // Then
      assertThatThrownBy(() -> decoder.decode(cut, 30))
          .isInstanceOfSatisfying(
              UnusableAudioException.class,
              e -> assertThat(e.reason()).isEqualTo(SkipReason.BROKEN_AUDIO));
    }
  }

  @Test
  void damagedFramesAreNeverDecodedAsAudio() throws Exception {
    // Given
    byte[] whole = GoldenFiles.bytes("/audio/flac-16bit-2ch.flac");
    Random random = new Random(11);
    // When
    for (int round = 0; round < 300; round++) {
      byte[] damaged = whole.clone();
      int at = whole.length / 2 + random.nextInt(whole.length / 2);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      // Then
      assertThatThrownBy(() -> decoder.decode(damaged, 30))
          .as("bit flip in byte %d", at)
          .isInstanceOf(UnusableAudioException.class);
    }
  }

  @Test
  void damagedMetadataNeverEndInAnythingButUnusableAudio() throws Exception {
    // Given
    byte[] whole = GoldenFiles.bytes("/audio/flac-16bit-1ch.flac");
    Random random = new Random(12);
    int refused = 0;
    // When
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = whole.clone();
      damaged[4 + random.nextInt(60)] = (byte) random.nextInt();
      try {
        decoder.decode(damaged, 30);
      } catch (UnusableAudioException e) {
        refused++;
      }
    }
    // Then
    assertThat(refused).isPositive();
  }

  @Test
  void audioLongerThanTheLimitIsTooLong() throws Exception {
    // Given
    byte[] file = GoldenFiles.bytes("/audio/flac-16bit-1ch.flac");
    // When
    // Then
    assertThatThrownBy(() -> decoder.decode(file, 0.25))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.TOO_LONG));
  }
}
