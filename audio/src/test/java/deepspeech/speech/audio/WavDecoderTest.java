package deepspeech.speech.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WavDecoderTest {
  private static final int PCM = 1;
  private static final int FLOAT = 3;

  private final WavDecoder decoder = new WavDecoder();

  @Test
  void severalFilesJoinedByCatAreBroken() {
    // Given
    byte[] first = new WavBytes().format(1, 1, 16000, 16).chunk("data", new byte[3200]).build();
    byte[] odd = new WavBytes().format(1, 1, 16000, 8).chunk("data", new byte[33]).build();
    byte[] tagged =
        new WavBytes()
            .format(1, 1, 16000, 16)
            .chunk("data", new byte[3200])
            .chunk("LIST", new byte[99])
            .build();
    byte[] unpadded = Arrays.copyOf(odd, odd.length - 1);
    byte[] piped =
        new WavBytes().format(1, 1, 16000, 16).chunk("data", 0xFFFFFFFFL, new byte[3200]).build();
    byte[] wrongWhole = first.clone();
    wrongWhole[4] = 0;
    for (byte[] begin : List.of(first, odd, tagged, unpadded, piped, wrongWhole)) {
      // When
      byte[] joined = Bytes.joined(begin, first);
      // Then
      assertThatThrownBy(() -> decoder.decode(joined, 30))
          .isInstanceOfSatisfying(
              UnusableAudioException.class,
              e -> assertThat(e.reason()).isEqualTo(SkipReason.BROKEN_AUDIO))
          .hasMessage(
              "a second WAV file begins at byte %d of the file; write the audio of all into one WAV"
                  + " file, as sox a.wav b.wav c.wav does",
              begin.length);
    }
  }

  @Test
  void anythingElseBehindAFileIsIgnored() throws Exception {
    // Given
    byte[] file = new WavBytes().format(1, 1, 16000, 16).chunk("data", new byte[3200]).build();
    for (String rest : List.of("RIFF", "RIFF\4\0\0\0AVI LIST", "TAG and so on", "\0\0\0\0\0\0\0")) {
      // When
      Waveform waveform = decoder.decode(Bytes.joined(file, Bytes.ascii(rest)), 30);
      // Then
      assertThat(waveform.samples()).hasSize(1600);
    }
  }

  @Test
  void manyChunksInFrontOfTheAudioAreRefused() throws Exception {
    // Given
    WavBytes many = new WavBytes().format(1, 1, 16000, 16);
    for (int i = 0; i < 999; i++) {
      many.chunk("LIST", new byte[0]);
    }
    byte[] most = many.build();
    // When
    byte[] tooMany = many.chunk("data", new byte[2]).build();
    // Then
    assertThatThrownBy(() -> decoder.decode(most, 30))
        .hasMessage("the WAV file has no 'data' chunk");
    assertThatThrownBy(() -> decoder.decode(tooMany, 30))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage("the WAV file has more than 1000 chunks before its audio");
  }

  @Test
  void eightBitSamplesAreUnsignedAroundTheMiddle() throws Exception {
    // Given
    byte[] file =
        new WavBytes()
            .format(PCM, 1, 16000, 8)
            .chunk("data", new byte[] {0, (byte) 128, (byte) 255, 64})
            .build();
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples).containsExactly(-1f, 0f, 127f / 128, -0.5f);
  }

  @Test
  void sixteenBitSamplesReachFromMinusOneToJustBelowOne() throws Exception {
    // Given
    byte[] file =
        new WavBytes()
            .format(PCM, 1, 8000, 16)
            .chunk(
                "data",
                littleEndian(8)
                    .putShort((short) -32768)
                    .putShort((short) 32767)
                    .putShort((short) 1)
                    .putShort((short) 0)
                    .array())
            .build();
    // When
    Waveform waveform = decoder.decode(file, 1);
    // Then
    assertThat(waveform.samples()).containsExactly(-1f, 32767f / 32768, 1f / 32768, 0f);
    assertThat(waveform.sampleRate()).isEqualTo(8000);
  }

  @Test
  void twentyFourBitSamplesKeepTheirSign() throws Exception {
    // Given
    byte[] data = {0, 0, (byte) 0x80, -1, -1, 0x7F, -1, -1, -1, 1, 0, 0, 0, (byte) 0x80, 0};
    byte[] file = new WavBytes().format(PCM, 1, 16000, 24).chunk("data", data).build();
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples)
        .containsExactly(-1f, 8388607f / 8388608, -1f / 8388608, 1f / 8388608, 32768f / 8388608);
  }

  @Test
  void thirtyTwoBitSamplesAreFractionsOfTwoToThe31() throws Exception {
    // Given
    byte[] data = littleEndian(8).putInt(Integer.MIN_VALUE).putInt(1 << 29).array();
    byte[] file = new WavBytes().format(PCM, 1, 16000, 32).chunk("data", data).build();
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples).containsExactly(-1f, 0.25f);
  }

  @Test
  void floatSamplesAreTakenAsTheyAre() throws Exception {
    // Given
    byte[] single = littleEndian(8).putFloat(0.1f).putFloat(-1.5f).array();
    byte[] doubled = littleEndian(16).putDouble(0.1).putDouble(-1.5).array();
    // When
    float[] fromSingle =
        decoder
            .decode(new WavBytes().format(FLOAT, 1, 16000, 32).chunk("data", single).build(), 1)
            .samples();
    float[] fromDouble =
        decoder
            .decode(new WavBytes().format(FLOAT, 1, 16000, 64).chunk("data", doubled).build(), 1)
            .samples();
    // Then
    assertThat(fromSingle).containsExactly(0.1f, -1.5f);
    assertThat(fromDouble).containsExactly(0.1f, -1.5f);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 6})
  void channelsAreMixedDownToTheirMean(int channels) throws Exception {
    // Given
    ByteBuffer data = ByteBuffer.allocate(4 * channels).order(ByteOrder.LITTLE_ENDIAN);
    for (int channel = 0; channel < channels; channel++) {
      data.putShort((short) (1000 * channel));
    }
    for (int channel = 0; channel < channels; channel++) {
      data.putShort((short) -200);
    }
    byte[] file =
        new WavBytes().format(PCM, channels, 16000, 16).chunk("data", data.array()).build();
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples).hasSize(2);
    assertThat(samples[0]).isCloseTo(500f * (channels - 1) / 32768, within(1e-7f));
    assertThat(samples[1]).isEqualTo(-200f / 32768);
  }

  @ParameterizedTest
  @CsvSource({"1,8", "1,16", "1,24", "1,32", "3,32", "3,64", "6,8", "7,8"})
  void theExtensibleFormatIsReadAsThePlainOne(int code, int bits) throws Exception {
    // Given
    byte[] data = new byte[2 * 6 * bits / 8];
    if (code != FLOAT) {
      new Random(1).nextBytes(data);
    }
    byte[] plain = new WavBytes().format(code, 2, 16000, bits).chunk("data", data).build();
    byte[] extensible = new WavBytes().extensible(code, 2, 16000, bits).chunk("data", data).build();
    // When
    float[] samples = decoder.decode(extensible, 1).samples();
    // Then
    assertThat(samples).hasSize(6).containsExactly(decoder.decode(plain, 1).samples());
  }

  @Test
  void otherChunksInAnyOrderAndOfOddSizeAreSkipped() throws Exception {
    // Given
    byte[] data = littleEndian(4).putShort((short) 16384).putShort((short) -16384).array();
    byte[] file =
        new WavBytes()
            .chunk("LIST", new byte[] {1, 2, 3})
            .chunk("data", data)
            .chunk("junk", new byte[5])
            .format(PCM, 1, 16000, 16)
            .chunk("tail", new byte[1])
            .build();
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples).containsExactly(0.5f, -0.5f);
  }

  /**
   * Files that ffmpeg 5.1, sox 14.4 and a few lines of Python wrote, with the amplitudes that
   * another of ffmpeg, sox and libsndfile 1.2 reads in them: {@code reference/wav.py}.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mu-law",
        "a-law",
        "rf64",
        "rf64-pipe",
        "ffmpeg-pipe",
        "sox-pipe",
        "sox-pipe-24-bit-stereo",
        "20-bit-in-24",
        "24-bit-in-32",
        "24-bit-extensible"
      })
  void filesOfOtherProgramsAreReadAsTheseReadThem(String name) throws Exception {
    // Given
    byte[] file = GoldenFiles.bytes("/audio/wav/" + name + ".wav");
    double[] expected = GoldenFiles.samples("/audio/wav/" + name + ".npy");
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples).hasSize(expected.length);
    for (int i = 0; i < samples.length; i++) {
      assertThat(samples[i]).as("sample %d", i).isEqualTo((float) expected[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0xFFFFFFFFL,
        0xFFFFFFFFL - 36,
        0xFFFFFFFFL - 44,
        0xFFFFFFF0L,
        0xFFFFF000L,
        0x80000000L,
        0x80000000L - 36,
        0x80000000L - 44,
        0x7FFFFFFFL,
        0x7FFFFFFFL - 36,
        0x7FFFFFD3L,
        0x7FFFF000L,
        0x7FFFEFFCL,
        0
      })
  void aSizeThatAStreamLeavesBehindMeansToTheEndOfTheFile(long size) throws Exception {
    // Given
    byte[] data = WavBytes.pcm16(new float[] {0.5f, -0.5f, 0.25f}, 16000);
    byte[] body = Arrays.copyOfRange(data, 44, data.length);
    byte[] file = new WavBytes().format(PCM, 1, 16000, 16).chunk("data", size, body).build();
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples).containsExactly(decoder.decode(data, 1).samples()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0xFFFFFFFFL, -1})
  void aWideSizeThatAStreamLeavesBehindMeansToTheEndOfTheFile(long size) throws Exception {
    // Given
    byte[] file = rf64(size, new byte[64]);
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples).hasSize(32);
  }

  @Test
  void aWideSizeThatTheFileHasEndsTheData() throws Exception {
    // Given
    byte[] file = rf64(16, new byte[64]);
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples).hasSize(8);
  }

  @Test
  void aWideSizeThatTheFileDoesNotHaveIsATruncation() {
    // Given
    byte[] file = rf64(5_000_000_000L, new byte[64]);
    // When
    // Then
    assertBroken(file, "'data' claims 5000000000 bytes but the file has 64 left");
  }

  @Test
  void anRf64FileWithoutItsWideSizesIsRefused() {
    // Given
    byte[] without = new WavBytes().format(PCM, 1, 16000, 16).chunk("data", new byte[4]).build();
    without[1] = 'F';
    without[2] = '6';
    without[3] = '4';
    // When
    // Then
    assertBroken(without, "does not begin with a 'ds64' chunk");
  }

  @Test
  void noDataBeforeOtherChunksIsNoDataAndNotTheChunks() throws Exception {
    // Given
    byte[] file =
        new WavBytes()
            .format(PCM, 1, 16000, 16)
            .chunk("data", new byte[0])
            .chunk("LIST", new byte[] {1, 2, 3})
            .build();
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples).isEmpty();
  }

  @Test
  void aClaimOfTwoGigabytesInASmallFileIsRefusedByTheClaimAndTheBytesLeft() {
    // Given
    byte[] file =
        new WavBytes()
            .format(PCM, 1, 16000, 16)
            .chunk("data", 2_000_000_000L, new byte[56])
            .build();
    // When
    // Then
    assertBroken(file, "'data' claims 2000000000 bytes but the file has 56 left");
  }

  @Test
  void aClaimAboveTwoGibibytesIsNotTakenForANegativeOne() {
    // Given
    byte[] file =
        new WavBytes().format(PCM, 1, 16000, 16).chunk("data", 0xC0000000L, new byte[56]).build();
    // When
    // Then
    assertBroken(file, "claims 3221225472 bytes");
  }

  @Test
  void anotherChunkOfAnImpossibleSizeIsRefused() {
    // Given
    byte[] file = new WavBytes().chunk("LIST", 0xFFFFFFFFL, new byte[56]).build();
    // When
    // Then
    assertBroken(file, "'LIST' claims 4294967295 bytes");
  }

  @Test
  void twentyFourBitsAtTheLowerEndOf32AreReadThere() throws Exception {
    // Given
    byte[] data =
        littleEndian(16).putInt(-(1 << 23)).putInt(1 << 22).putInt(1).putInt(0xFFFFFF).array();
    byte[] file = new WavBytes().format(PCM, 1, 16000, 4, 24).chunk("data", data).build();
    // When
    float[] samples = decoder.decode(file, 1).samples();
    // Then
    assertThat(samples).containsExactly(-1f, 0.5f, 1f / 8388608, -1f / 8388608);
  }

  @Test
  void twentyFourBitsThatFillAllOf32AreRefused() {
    // Given
    byte[] data = littleEndian(8).putFloat(0.1f).putFloat(-0.3f).array();
    byte[] file = new WavBytes().format(PCM, 1, 16000, 4, 24).chunk("data", data).build();
    // When
    // Then
    assertBroken(file, "24 bits in containers of 32, and the samples fill more");
  }

  @Test
  void samplesThatAreNotNumbersAreRefused() {
    // Given
    byte[] nan = littleEndian(12).putFloat(0).putFloat(Float.NaN).putFloat(0).array();
    byte[] infinite = littleEndian(8).putDouble(Double.POSITIVE_INFINITY).array();
    // When
    // Then
    assertBroken(
        new WavBytes().format(FLOAT, 1, 16000, 32).chunk("data", nan).build(),
        "sample 1 of the WAV file is not a finite number");
    assertBroken(
        new WavBytes().format(FLOAT, 1, 16000, 64).chunk("data", infinite).build(),
        "sample 0 of the WAV file is not a finite number");
  }

  @Test
  void headersThatContradictThemselvesOrAreNotSupportedAreRefused() {
    // Given
    byte[] data = new byte[64];
    // When
    // Then
    assertBroken(
        new WavBytes().format(PCM, 0, 16000, 16).chunk("data", data).build(), "0 channels");
    assertBroken(
        new WavBytes().format(PCM, 1, 0, 16).chunk("data", data).build(), "sample rate of 0 Hz");
    assertBroken(
        new WavBytes().format(PCM, 1, -1, 16).chunk("data", data).build(),
        "sample rate of 4294967295 Hz");
    assertBroken(
        new WavBytes().format(PCM, 2, 16000, 3, 16).chunk("data", data).build(),
        "3 bytes a frame; 2 channels of 16 bits make 4");
    assertBroken(
        new WavBytes().format(PCM, 1, 16000, 4, 16).chunk("data", data).build(),
        "4 bytes a frame; 1 channels of 16 bits make 2");
    assertBroken(
        new WavBytes().format(PCM, 1, 16000, 0).chunk("data", data).build(),
        "format code 1 with 0 bits is not supported");
    assertBroken(
        new WavBytes().format(0x31, 1, 16000, 8).chunk("data", data).build(),
        "format code 49 (GSM 6.10) with 8 bits is not supported");
    assertBroken(
        new WavBytes().format(FLOAT, 1, 16000, 16).chunk("data", data).build(),
        "format code 3 with 16 bits is not supported");
    assertBroken(
        new WavBytes().chunk("fmt ", new byte[10]).chunk("data", data).build(), "has 10 bytes");
    assertBroken(new WavBytes().format(PCM, 1, 16000, 16).build(), "no 'data' chunk");
    assertBroken(new WavBytes().chunk("data", data).build(), "no 'fmt ' chunk");
  }

  @Test
  void audioLongerThanTheLimitIsTooLong() {
    // Given
    byte[] file = WavBytes.pcm16(new float[16001], 16000);
    // When
    // Then
    assertThatThrownBy(() -> decoder.decode(file, 1))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.TOO_LONG))
        .hasMessageContaining("at most 1.00 s");
  }

  @Test
  void everyTruncationIsBroken() {
    // Given
    byte[] whole = WavBytes.pcm16(new float[40], 16000);
    // When
    for (int length = 12; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      // Then
      assertBroken(cut, "");
    }
  }

  @Test
  void randomDamageToTheHeaderNeverEndsInAnythingButUnusableAudio() {
    // Given
    byte[] whole = WavBytes.pcm16(new float[100], 16000);
    Random random = new Random(5);
    int refused = 0;
    // When
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        damaged[12 + random.nextInt(32)] = (byte) random.nextInt();
      }
      try {
        decoder.decode(damaged, 30);
      } catch (UnusableAudioException e) {
        refused++;
      }
    }
    // Then
    assertThat(refused).isPositive();
  }

  private void assertBroken(byte[] file, String message) {
    assertThatThrownBy(() -> decoder.decode(file, 30))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.BROKEN_AUDIO))
        .hasMessageContaining(message);
  }

  private static byte[] rf64(long dataSize, byte[] body) {
    byte[] sizes = littleEndian(28).putLong(0).putLong(dataSize).putLong(0).putInt(0).array();
    byte[] file =
        new WavBytes()
            .chunk("ds64", sizes)
            .format(PCM, 1, 16000, 16)
            .chunk("data", 0xFFFFFFFFL, body)
            .build();
    file[1] = 'F';
    file[2] = '6';
    file[3] = '4';
    return file;
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
