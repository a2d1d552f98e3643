package deepspeech.speech.audio;

import static deepspeech.speech.audio.Bytes.ascii;
import static deepspeech.speech.audio.Bytes.joined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.codec.Codec;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the files were made stands in their folder; the lengths are those that mpg123 decodes. */
class Mp3FramesTest {
  private static final int NO_LIMIT = 100_000;

  @ParameterizedTest
  @CsvSource({
    "lame-8k,                 8000,  1, 9,  1105, 4000",
    "lame-16k,                16000, 1, 14, 1105, 6400",
    "lame-24k,                24000, 1, 15, 1105, 7200",
    "lame-44k-checksum,       44100, 1, 9,  1105, 8820",
    "lame-48k-vbr-stereo,     48000, 2, 10, 1105, 9600",
    "ffmpeg-16k,              16000, 1, 14, 1105, 6400",
    "lame-16k-no-information, 16000, 1, 14, 0,    8064",
    "shine-44k,               44100, 1, 8,  0,    9216"
  })
  void delayAndPaddingAreCutOffWhereTheEncoderGivesThem(
      String name, int sampleRate, int channels, int frames, int skip, int wanted)
      throws Exception {
    // Given
    byte[] file = resource(name);
    // When
    EncodedTrack track = read(file);
    // Then
    assertThat(track.audio().codec()).isEqualTo(Codec.MP3);
    assertThat(track.audio().header()).isEmpty();
    assertThat(track.audio().sampleRate()).isEqualTo(sampleRate);
    assertThat(track.audio().channels()).isEqualTo(channels);
    assertThat(track.audio().packets()).hasSize(frames);
    assertThat(track.samples()).isEqualTo(frames * (sampleRate > 24_000 ? 1152L : 576L));
    assertThat(track.skip()).isEqualTo(skip);
    assertThat(track.wanted()).isEqualTo(wanted);
  }

  @Test
  void tagsOfATaggerChangeNothing() throws Exception {
    // Given
    byte[] plain = resource("lame-16k");
    byte[] tagged = resource("mutagen-tags-16k");
    // When
    EncodedTrack expected = read(plain);
    EncodedTrack track = read(tagged);
    // Then
    assertThat(tagged).hasSizeGreaterThan(plain.length + 1000);
    assertThat(track.wanted()).isEqualTo(expected.wanted());
    assertThat(joined(track.audio().packets())).isEqualTo(joined(expected.audio().packets()));
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15})
  void anInformationFrameOfAnotherEncoderGivesNoDelay(int frames) throws Exception {
    // Given
    byte[] file = resource("lame-16k");
    int encoder = indexOf(file, "LAME");
    System.arraycopy(ascii("GOGO"), 0, file, encoder, 4);
    ByteBuffer.wrap(file).putInt(indexOf(file, "Info") + 8, frames);
    // When
    EncodedTrack track = read(file);
    // Then
    assertThat(track.skip()).isZero();
    assertThat(track.wanted()).isEqualTo(14 * 576);
  }

  @Test
  void theFrameOfFraunhofersEncoderIsDropped() throws Exception {
    // Given
    List<byte[]> frames = new ArrayList<>(frames("lame-16k-no-information"));
    ByteBuffer information = ByteBuffer.allocate(frames.get(0).length);
    information.put(frames.get(0), 0, 4);
    information.position(36).put(ascii("VBRI")).putShort((short) 1).position(36 + 14).putInt(14);
    frames.add(0, information.array());
    // When
    EncodedTrack track = read(joined(frames));
    // Then
    assertThat(track.audio().packets()).hasSize(14);
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "html", "zeros"})
  void whatIsNoFrameInTheMiddleIsBroken(String what) throws Exception {
    // Given
    byte[] garbage = new byte[3000];
    new Random(4).nextBytes(garbage);
    garbage[0] = 1;
    byte[] between =
        switch (what) {
          case "garbage" -> garbage;
          case "html" -> ascii("<html><body>502 Bad Gateway</body></html>");
          default -> new byte[3000];
        };
    List<byte[]> frames = frames("lame-16k-no-information");
    byte[] file =
        joined(joined(frames.subList(0, 7)), between, joined(frames.subList(7, frames.size())));
    // When
    // Then
    assertBroken(file, "the MP3 file has something other than a frame after frame 7");
  }

  @Test
  void aCutFileIsBroken() throws Exception {
    // Given
    byte[] file = resource("lame-16k");
    List<byte[]> frames = frames("lame-16k");
    byte[] insideAFrame = Arrays.copyOf(file, file.length - 10);
    byte[] behindAFrame = Arrays.copyOf(file, file.length - frames.get(13).length);
    // When
    // Then
    assertBroken(insideAFrame, "the MP3 file is truncated: its last frame has 206 of 216 bytes");
    assertBroken(
        behindAFrame,
        "the MP3 file has 13 frames but its encoder wrote 14: truncated or joined with another");
  }

  @Test
  void aSecondStreamBehindTheFirstIsBroken() throws Exception {
    // Given
    byte[] first = resource("lame-16k");
    // When
    // Then
    assertBroken(joined(first, first), "a second MP3 stream begins at frame 14 of the file");
    assertBroken(
        joined(first, TagBytes.id3v1(), first),
        "the MP3 file has something other than a frame after frame 14");
    assertBroken(
        joined(first, resource("lame-16k-no-information")),
        "the MP3 file has 28 frames but its encoder wrote 14: truncated or joined with another");
    assertBroken(
        joined(first, resource("lame-48k-vbr-stereo")),
        "the MP3 file changes from 16000 Hz mono to 48000 Hz stereo at frame 14");
  }

  @Test
  void framesThatAreMissingShowInTheMainDataOfTheNext() throws Exception {
    // Given
    List<byte[]> frames = new ArrayList<>(frames("lame-16k-no-information"));
    frames.subList(2, 4).clear();
    // When
    // Then
    assertBroken(
        joined(frames),
        "frame 2 of the MP3 file does not follow the one before: frames are missing or damaged");
  }

  @Test
  void aPieceOfALongerStreamIsRead() throws Exception {
    // Given
    List<byte[]> frames = frames("lame-16k-no-information");
    byte[] piece = joined(frames.subList(3, frames.size()));
    // When
    EncodedTrack track = read(piece);
    // Then
    assertThat(track.audio().packets()).hasSize(11);
    assertThat(track.wanted()).isEqualTo(11 * 576);
  }

  @ParameterizedTest
  @CsvSource({
    "layer2,      MPEG audio of layer II; of the three",
    "free-format, of free format; a bit rate of 8 to 320 kbit/s is supported"
  })
  void otherMpegAudioIsRefusedByItsName(String name, String message) throws Exception {
    // Given
    byte[] file = resource(name);
    // When
    // Then
    assertBroken(file, message);
  }

  @Test
  void theLimitOfSecondsIsThatOfTheTrimmedAudio() throws Exception {
    // Given
    byte[] file = resource("lame-8k");
    // When
    EncodedTrack track = Mp3Frames.read(file, 0.5);
    // Then
    assertThat(track.wanted()).isEqualTo(4000);
    assertThatThrownBy(() -> Mp3Frames.read(file, 0.499))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.TOO_LONG))
        .hasMessage("the audio lasts 0.50 s; at most 0.50 s can be used");
  }

  @Test
  void hoursOfSilenceInASmallFileAreTooLong() {
    // Given
    byte[] silence = new byte[24];
    ByteBuffer.wrap(silence).putInt(0xFFF314C0);
    byte[] file = joined(Collections.nCopies(150_000, silence));
    // When
    // Then
    assertThatThrownBy(() -> Mp3Frames.read(file, 30))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.TOO_LONG))
        .hasMessageStartingWith("the audio lasts more than 30.0");
  }

  private static EncodedTrack read(byte[] file) throws UnusableAudioException {
    int begin = Tags.before(file);
    return Mp3Frames.read(Arrays.copyOfRange(file, begin, file.length), NO_LIMIT);
  }

  private static List<byte[]> frames(String name) throws Exception {
    return read(resource(name)).audio().packets();
  }

  private static byte[] resource(String name) throws IOException {
    return GoldenFiles.bytes("/audio/compressed/%s.mp3".formatted(name));
  }

  private static int indexOf(byte[] file, String text) {
    byte[] bytes = ascii(text);
    int at = 0;
    while (!Arrays.equals(file, at, at + bytes.length, bytes, 0, bytes.length)) {
      at++;
    }
    return at;
  }

  private static void assertBroken(byte[] file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.BROKEN_AUDIO))
        .hasMessageContaining(message);
  }
}
