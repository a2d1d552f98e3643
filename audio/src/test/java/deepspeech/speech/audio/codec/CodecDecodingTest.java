package deepspeech.speech.audio.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.GoldenFiles;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files of 0.15 s, of tones and noise that differ from channel to channel, and the mean of the
 * channels that other decoders give: MP3 by LAME 3.100, decoded by mpg123 1.31.2 to floats with
 * --no-gapless; Vorbis by oggenc 1.4.2, decoded by oggdec to 16 bits; Opus by opusenc 0.2, decoded
 * by opusdec to floats without dither. The second Opus file has an output gain of -5.6 dB. Of
 * Opus's lower band (SILK), which libopus brings from 16 to 48 kHz with a shorter filter, avcodec's
 * samples come two later, 0.04 ms, and are not the same to the last digit.
 */
class CodecDecodingTest {
  private static final long PLENTY = 1_000_000;

  @TempDir private static Path folder;
  private static CodecProcesses codecs;

  @BeforeAll
  static void open() {
    codecs = new CodecProcesses(new CodecConfiguration(folder.resolve("codec")));
  }

  @AfterAll
  static void close() {
    codecs.close();
  }

  @ParameterizedTest
  @CsvSource({
    "mp3-48k-1ch.mp3, 0, 0.000004",
    "mp3-24k-2ch.mp3, 0, 0.000004",
    "mp3-44k-2ch-joint.mp3, 0, 0.000004",
    "vorbis-44k-1ch.ogg, 0, 0.00004",
    "vorbis-48k-2ch.ogg, 0, 0.00004",
    "vorbis-16k-6ch.ogg, 0, 0.00004",
    "opus-celt-1ch.opus, 312, 0.0001",
    "opus-celt-2ch-gain.opus, 312, 0.0001",
    "opus-celt-6ch.opus, 312, 0.0001",
    "opus-hybrid-1ch.opus, 314, 0.04",
    "opus-silk-1ch.opus, 314, 0.02"
  })
  void decodesAsTheReferenceDecoderDoes(String name, int skipped, double difference)
      throws Exception {
    // Given
    double[] expected = expected(name);
    // When
    float[] samples = codecs.decode(audio(name), PLENTY);
    // Then
    assertThat(samples).hasSizeBetween(expected.length, expected.length + 2048);
    for (int i = 0; i < Math.min(expected.length, samples.length - skipped); i++) {
      assertThat((double) samples[skipped + i])
          .as("sample %d", i)
          .isCloseTo(expected[i], within(difference));
    }
  }

  @Test
  void streamsOfManyBatchesAreDecodedAsIfTheyWereOne() throws Exception {
    // Given
    EncodedAudio once = audio("opus-celt-1ch.opus");
    List<byte[]> packets = new ArrayList<>();
    while (packets.size() < 2 * CodecProtocol.BATCH_PACKETS + 3) {
      packets.addAll(once.packets());
    }
    EncodedAudio many = new EncodedAudio(Codec.OPUS, once.header(), 1, once.sampleRate(), packets);
    // When
    float[] samples = codecs.decode(many, packets.size() * 960L);
    // Then
    assertThat(samples).hasSize(packets.size() * 960);
    assertThat(Arrays.copyOf(samples, once.packets().size() * 960))
        .containsExactly(codecs.decode(once, PLENTY));
  }

  @Test
  void moreSamplesThanAllowedAreTooLong() throws Exception {
    // Given
    EncodedAudio audio = audio("mp3-48k-1ch.mp3");
    int length = codecs.decode(audio, PLENTY).length;
    // When
    // Then
    assertThat(codecs.decode(audio, length)).hasSize(length);
    assertThatThrownBy(() -> codecs.decode(audio, length - 1))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.TOO_LONG))
        .hasMessage("the audio lasts longer than the 0.19 s that can be used");
  }

  @Test
  void audioOfOtherChannelsOrAnotherRateThanTheFileSaysIsBroken() throws Exception {
    // Given
    EncodedAudio audio = audio("mp3-24k-2ch.mp3");
    EncodedAudio mono =
        new EncodedAudio(Codec.MP3, audio.header(), 1, audio.sampleRate(), audio.packets());
    EncodedAudio slow = new EncodedAudio(Codec.MP3, audio.header(), 2, 22_050, audio.packets());
    List<byte[]> changing = new ArrayList<>(audio.packets());
    changing.addAll(audio("mp3-44k-2ch-joint.mp3").packets());
    // When
    // Then
    assertBroken(
        mono,
        "the MP3 audio is broken: packet 1 has 2 channels at 24000 Hz; the file says 1 at 24000 Hz");
    assertBroken(
        slow,
        "the MP3 audio is broken: packet 2 has 2 channels at 24000 Hz; the file says 2 at 22050 Hz");
    assertBroken(
        new EncodedAudio(Codec.MP3, new byte[0], 2, 24_000, changing),
        "2 channels at 44100 Hz; the file says 2 at 24000 Hz");
  }

  @Test
  void whatTheCodecReportsIsBroken() throws Exception {
    // Given
    EncodedAudio opus = audio("opus-celt-1ch.opus");
    EncodedAudio vorbis = audio("vorbis-44k-1ch.ogg");
    byte[] noPacket = new byte[40];
    Arrays.fill(noPacket, (byte) 0xFF);
    byte[] cutHeader = Arrays.copyOf(vorbis.header(), vorbis.header().length / 2);
    // When
    // Then
    assertBroken(
        new EncodedAudio(Codec.OPUS, opus.header(), 1, 48_000, List.of(noPacket)),
        "the Opus audio is broken: packet 1 is damaged: Invalid data");
    assertBroken(
        new EncodedAudio(Codec.VORBIS, cutHeader, 1, 44_100, vorbis.packets()),
        "the Vorbis audio is broken: the header is damaged: ");
    assertBroken(
        new EncodedAudio(Codec.MP3, new byte[0], 1, 48_000, List.of(noPacket)),
        "the MP3 audio is broken: packet 1 is damaged: Invalid data");
    assertBroken(
        new EncodedAudio(Codec.OPUS, opus.header(), 1, 48_000, List.of(new byte[0])),
        "a packet of the Opus audio has 0 bytes; allowed are 1 to 1048576");
  }

  @ParameterizedTest
  @CsvSource({"mp3-48k-1ch.mp3", "vorbis-48k-2ch.ogg", "opus-celt-6ch.opus"})
  void damagedPacketsNeverCostMoreThanTheirOwnAudio(String name) throws Exception {
    // Given
    EncodedAudio audio = audio(name);
    float[] expected = codecs.decode(audio, PLENTY);
    Random random = new Random(7);
    // When
    for (int round = 0; round < 150; round++) {
      List<byte[]> packets = new ArrayList<>(audio.packets());
      int which = random.nextInt(packets.size());
      byte[] damaged = packets.get(which).clone();
      for (int i = 0; i <= round % 4; i++) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      packets.set(which, damaged);
      try {
        float[] samples =
            codecs.decode(
                new EncodedAudio(
                    audio.codec(), audio.header(), audio.channels(), audio.sampleRate(), packets),
                PLENTY);
        // Then
        for (float sample : samples) {
          assertThat(Float.isFinite(sample)).isTrue();
        }
      } catch (UnusableAudioException e) {
        assertThat(e.reason()).isEqualTo(SkipReason.BROKEN_AUDIO);
      }
    }
    assertThat(codecs.decode(audio, PLENTY)).containsExactly(expected);
    assertThat(codecs.restarts()).isZero();
  }

  @Test
  void threadsDecodeSideBySide() throws Exception {
    // Given
    List<String> names = List.of("mp3-48k-1ch.mp3", "vorbis-44k-1ch.ogg", "opus-celt-1ch.opus");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      EncodedAudio audio = audio(names.get(i % names.size()));
      float[] expected = codecs.decode(audio, PLENTY);
      tasks.add(() -> Arrays.equals(codecs.decode(audio, PLENTY), expected));
    }
    // When
    List<Future<Boolean>> results = threads.invokeAll(tasks);
    threads.shutdown();
    // Then
    for (Future<Boolean> result : results) {
      assertThat(result.get()).isTrue();
    }
  }

  private static void assertBroken(EncodedAudio audio, String message) {
    assertThatThrownBy(() -> codecs.decode(audio, PLENTY))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.BROKEN_AUDIO))
        .hasMessageContaining(message);
  }

  private static EncodedAudio audio(String name) throws Exception {
    return PacketFile.of(name, GoldenFiles.bytes("/audio/codec/" + name));
  }

  private static double[] expected(String name) throws Exception {
    return GoldenFiles.samples("/audio/codec/" + name.substring(0, name.indexOf('.')) + ".npy");
  }
}
