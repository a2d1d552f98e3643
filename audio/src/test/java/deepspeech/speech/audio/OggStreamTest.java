package deepspeech.speech.audio;

import static deepspeech.speech.audio.Bytes.ascii;
import static deepspeech.speech.audio.Bytes.joined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.codec.Codec;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How the files were made stands in their folder; the lengths are those that oggdec and opusdec
 * decode. Pages 0 and 1 of each hold headers.
 */
class OggStreamTest {
  private static final int NO_LIMIT = 100_000;
  private static final String VORBIS = "ffmpeg-16k-pages.ogg";
  private static final String OPUS = "opusenc-2.5ms.opus";

  @ParameterizedTest
  @CsvSource({
    "oggenc-16k.ogg,         VORBIS, 16000, 1, 18, 6400,  0,   6400",
    "oggenc-44k-stereo.ogg,  VORBIS, 44100, 2, 14, 8832,  0,   8820",
    "oggenc-44k-six.ogg,     VORBIS, 44100, 6, 8,  6720,  0,   6615",
    "oggenc-48k-six.ogg,     VORBIS, 48000, 6, 9,  7744,  0,   7200",
    "ffmpeg-16k-pages.ogg,   VORBIS, 16000, 1, 17, 6400,  0,   6400",
    "oggz-chop-skeleton.ogg, VORBIS, 16000, 1, 14, 5120,  0,   5120",
    "opusenc-mono.opus,      OPUS,   48000, 1, 8,  7680,  312, 7200",
    "opusenc-stereo.opus,    OPUS,   48000, 2, 8,  7680,  312, 7200",
    "opusenc-six.opus,       OPUS,   48000, 6, 8,  7680,  312, 7200",
    "opusenc-60ms.opus,      OPUS,   48000, 1, 3,  7680,  312, 7200",
    "opusenc-2.5ms.opus,     OPUS,   48000, 1, 63, 7560,  312, 7200"
  })
  void beginningAndEndAreTrimmedAsThePagesSay(
      String name,
      Codec codec,
      int sampleRate,
      int channels,
      int packets,
      int samples,
      int skip,
      int wanted)
      throws Exception {
    // Given
    byte[] file = OggFile.of(name).bytes();
    // When
    EncodedTrack track = OggStream.read(file, NO_LIMIT);
    // Then
    assertThat(track.audio().codec()).isEqualTo(codec);
    assertThat(track.audio().sampleRate()).isEqualTo(sampleRate);
    assertThat(track.audio().channels()).isEqualTo(channels);
    assertThat(track.audio().packets()).hasSize(packets);
    assertThat(track.samples()).isEqualTo(samples);
    assertThat(track.skip()).isEqualTo(skip);
    assertThat(track.wanted()).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {VORBIS, OPUS})
  void whatRecordersLeaveBehindTheirPagesIsAllowed(String name) throws Exception {
    // Given
    long wanted = OggStream.read(OggFile.of(name).bytes(), NO_LIMIT).wanted();
    byte[] withoutLastFlag =
        OggFile.of(name).change(-1, page -> page.put(OggFile.FLAGS, (byte) 0)).bytes();
    byte[] withZerosAndTag = joined(OggFile.of(name).bytes(), new byte[5000], TagBytes.id3v1());
    byte[] withEmptyLastPage =
        OggFile.of(name)
            .change(-1, page -> page.put(OggFile.FLAGS, (byte) 0))
            .add(OggFile.LAST, OggPage.NO_GRANULE)
            .bytes();
    byte[] withEmptyLastPacket =
        OggFile.of(name)
            .change(-1, page -> page.put(OggFile.FLAGS, (byte) 0))
            .add(OggFile.LAST, OggPage.NO_GRANULE, new byte[0])
            .bytes();
    // When
    for (byte[] file :
        List.of(withoutLastFlag, withZerosAndTag, withEmptyLastPage, withEmptyLastPacket)) {
      // Then
      assertThat(OggStream.read(file, NO_LIMIT).wanted()).isEqualTo(wanted);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {VORBIS, OPUS})
  void aFirstPositionAboveZeroIsSubtracted(String name) throws Exception {
    // Given
    EncodedTrack expected = OggStream.read(OggFile.of(name).bytes(), NO_LIMIT);
    OggFile later = OggFile.of(name);
    for (int i = 2; i < later.pages().size(); i++) {
      later.change(
          i, page -> page.putLong(OggFile.GRANULE, page.getLong(OggFile.GRANULE) + 7_000_000_000L));
    }
    // When
    EncodedTrack track = OggStream.read(later.bytes(), NO_LIMIT);
    // Then
    assertThat(track.skip()).isEqualTo(expected.skip());
    assertThat(track.wanted()).isEqualTo(expected.wanted());
  }

  @Test
  void aFirstPositionBelowTheSamplesCutsTheBeginningOfVorbis() throws Exception {
    // Given
    OggFile earlier = OggFile.of(VORBIS);
    for (int i = 2; i < earlier.pages().size(); i++) {
      earlier.change(i, page -> page.putLong(OggFile.GRANULE, page.getLong(OggFile.GRANULE) - 100));
    }
    // When
    EncodedTrack track = OggStream.read(earlier.bytes(), NO_LIMIT);
    // Then
    assertThat(track.skip()).isEqualTo(100);
    assertThat(track.wanted()).isEqualTo(6300);
  }

  @Test
  void positionsThatWereRoundedToMillisecondsLoseNothing() throws Exception {
    // Given
    byte[] rounded =
        OggFile.of(VORBIS).change(-1, page -> page.putLong(OggFile.GRANULE, 6416)).bytes();
    byte[] wrong =
        OggFile.of(VORBIS).change(-1, page -> page.putLong(OggFile.GRANULE, 6600)).bytes();
    // When
    EncodedTrack track = OggStream.read(rounded, NO_LIMIT);
    // Then
    assertThat(track.wanted()).isEqualTo(6400);
    assertBroken(
        wrong,
        "the packets of the Ogg file have 6400 samples but its pages give 6600: packets are missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {VORBIS, OPUS})
  void damageIsBroken(String name) throws Exception {
    // Given
    byte[] whole = OggFile.of(name).bytes();
    byte[] flipped = whole.clone();
    flipped[whole.length - 20] ^= 1;
    OggFile lost = OggFile.of(name);
    lost.pages().remove(3);
    OggFile interrupted = OggFile.of(name);
    interrupted.pages().set(2, joined(interrupted.pages().get(2), ascii("<html></html>")));
    OggFile paused = OggFile.of(name);
    paused.pages().set(2, joined(paused.pages().get(2), new byte[1000]));
    // When
    // Then
    assertBroken(Arrays.copyOf(whole, whole.length - 10), "the Ogg file is truncated");
    assertBroken(flipped, "does not match its checksum");
    assertBroken(lost.bytes(), "page 3 of the Ogg stream is missing");
    assertBroken(joined(interrupted.pages()), "the Ogg file has something other than a page");
    assertBroken(joined(paused.pages()), "the Ogg file has something other than a page");
    assertBroken(joined(whole, ascii("<html>")), "the Ogg file has something other than a page");
  }

  @Test
  void aPositionBeforeThatOfThePageBeforeIsBroken() throws Exception {
    // Given
    byte[] back =
        OggFile.of(VORBIS).change(-1, page -> page.putLong(OggFile.GRANULE, 5887)).bytes();
    byte[] negative =
        OggFile.of(VORBIS).change(-1, page -> page.putLong(OggFile.GRANULE, -2)).bytes();
    // When
    // Then
    assertBroken(
        back, "page 8 of the Ogg stream gives position 5887, before that of the page before");
    assertBroken(negative, "page 8 of the Ogg stream gives position -2, before that");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theRestOfAPacketInFrontOfARecordingIsDropped(int wholePages) throws Exception {
    // Given: pages 3 to 8 of a stream, with the end of a packet of page 2 in front
    OggFile recording = OggFile.of(VORBIS);
    List<byte[]> audio = recording.pages().subList(3, recording.pages().size());
    List<byte[]> later = List.copyOf(audio);
    recording.pages().subList(2, recording.pages().size()).clear();
    for (int page = 0; page <= wholePages; page++) {
      byte[] rest = new byte[page < wholePages ? 255 : 40];
      recording.add(OggFile.CONTINUED, OggPage.NO_GRANULE, rest);
      int number = 2 - wholePages + page;
      recording.change(-1, bytes -> bytes.putInt(OggFile.NUMBER, 100 + number));
    }
    recording.pages().addAll(later);
    for (int i = 0; i < later.size(); i++) {
      int number = 103 + i;
      recording.change(3 + wholePages + i, bytes -> bytes.putInt(OggFile.NUMBER, number));
    }
    // When
    EncodedTrack track = OggStream.read(recording.bytes(), NO_LIMIT);
    // Then
    assertThat(track.audio().packets()).hasSize(14);
    assertThat(track.wanted()).isEqualTo(5120);
  }

  @Test
  void aPacketThatIsNotWholeIsBroken() throws Exception {
    // Given
    byte[] open = new byte[255];
    byte[] file =
        OggFile.of(OPUS)
            .change(-1, page -> page.put(OggFile.FLAGS, (byte) 0))
            .add(0, OggPage.NO_GRANULE, open)
            .bytes();
    // When
    // Then
    assertBroken(file, "the Ogg file is truncated: its last packet is not whole");
  }

  @Test
  void aSecondStreamIsBroken() throws Exception {
    // Given
    byte[] first = OggFile.of(VORBIS).bytes();
    OggFile other = OggFile.of(OPUS);
    OggFile both = OggFile.of(VORBIS);
    both.pages().addAll(1, other.pages());
    OggFile stray = OggFile.of(VORBIS);
    stray.pages().add(3, other.pages().get(2));
    OggFile headless = OggFile.of(VORBIS);
    headless.pages().remove(0);
    OggFile behindTheEnd = OggFile.of(VORBIS).add(0, 6400, new byte[1]);
    // When
    // Then
    assertBroken(joined(first, first), "the Ogg file has more than one stream");
    assertBroken(joined(first, other.bytes()), "the Ogg file has more than one stream");
    assertBroken(both.bytes(), "the Ogg file has more than one stream");
    assertBroken(stray.bytes(), "the Ogg file has pages of a second stream");
    assertBroken(headless.bytes(), "the Ogg file begins in the middle of a stream");
    assertBroken(behindTheEnd.bytes(), "the Ogg file has pages after the end of its stream");
  }

  @Test
  void otherCodecsAndMappingsAreRefused() throws Exception {
    // Given
    byte[] other = OggFile.of(OPUS).change(0, page -> page.put(28, (byte) 'F')).bytes();
    byte[] ambisonics =
        OggFile.of("opusenc-six.opus").change(0, page -> page.put(46, (byte) 2)).bytes();
    byte[] unmapped =
        OggFile.of("opusenc-six.opus").change(0, page -> page.put(50, (byte) 77)).bytes();
    byte[] nineChannels = OggFile.of(VORBIS).change(0, page -> page.put(39, (byte) 9)).bytes();
    byte[] slow = OggFile.of(VORBIS).change(0, page -> page.putInt(40, 100)).bytes();
    // When
    // Then
    assertBroken(other, "the Ogg file has no Vorbis or Opus; only these are supported in Ogg");
    assertBroken(ambisonics, "6 channels of mapping family 2; 1 or 2 of family 0 and 1 to 8");
    assertBroken(unmapped, "the channel mapping of the Opus file is damaged");
    assertBroken(nineChannels, "version 0 with 9 channels; version 0 with 1 to 8 is supported");
    assertBroken(slow, "the header gives a sample rate of 100 Hz");
  }

  /** By RFC 9639 section 10.1, RFC 5574 section 3 and the Theora specification section 6.2. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          "\\177FLAC"   | FLAC in Ogg
          "Speex   "  | Speex in Ogg
          "\\200theora" | an Ogg video
          """)
  void codecsThatAreNotReadAreNamedWithTheCommandThatConvertsThem(String magic, String name)
      throws Exception {
    // Given
    byte[] first = magic.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
    byte[] file = OggFile.of(OPUS).change(0, page -> page.put(28, first)).bytes();
    // When
    // Then
    assertBroken(
        file,
        "the file is %s, which is not supported; convert it to WAV: ffmpeg -i IN -c:a pcm_s16le OUT.wav"
            .formatted(name));
  }

  @Test
  void theLimitOfSecondsIsThatOfTheTrimmedAudio() throws Exception {
    // Given
    byte[] file = OggFile.of("opusenc-mono.opus").bytes();
    // When
    EncodedTrack track = OggStream.read(file, 0.15);
    // Then
    assertThat(track.wanted()).isEqualTo(7200);
    assertTooLong(file, 0.149, "the audio lasts 0.15 s; at most 0.15 s can be used");
  }

  @Test
  void hoursOfSilenceInASmallFileAreTooLong() throws Exception {
    // Given: 120 ms of Opus in two bytes, 8 to 32 ms of Vorbis in one
    OggFile opus = OggFile.of(OPUS);
    OggFile vorbis = OggFile.of(VORBIS);
    byte[][] opusPackets =
        Collections.nCopies(255, new byte[] {(byte) 0x83, 48}).toArray(byte[][]::new);
    byte[][] vorbisPackets = Collections.nCopies(255, new byte[] {2}).toArray(byte[][]::new);
    for (OggFile file : List.of(opus, vorbis)) {
      file.pages().subList(2, file.pages().size()).clear();
    }
    for (int page = 0; page < 200; page++) {
      opus.add(0, 1000, opusPackets);
      vorbis.add(0, 1000, vorbisPackets);
    }
    // When
    // Then
    assertTooLong(opus.bytes(), 30, "the audio lasts more than 30.");
    assertTooLong(vorbis.bytes(), 30, "the audio lasts more than 30.");
  }

  private static void assertBroken(byte[] file, String message) {
    assertThatThrownBy(() -> OggStream.read(file, NO_LIMIT))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.BROKEN_AUDIO))
        .hasMessageContaining(message);
  }

  private static void assertTooLong(byte[] file, double maxSeconds, String message) {
    assertThatThrownBy(() -> OggStream.read(file, maxSeconds))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.TOO_LONG))
        .hasMessageStartingWith(message);
  }
}
