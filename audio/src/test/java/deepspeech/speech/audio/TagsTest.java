package deepspeech.speech.audio;

import static deepspeech.speech.audio.Bytes.ascii;
import static deepspeech.speech.audio.Bytes.joined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TagsTest {
  private static final byte[] AUDIO = ascii("fLaC and so on");

  static Stream<byte[]> inFront() {
    return Stream.of(
        new byte[0],
        new byte[417],
        TagBytes.id3(0),
        TagBytes.id3(300),
        TagBytes.id3(70_000),
        TagBytes.id3WithFooter(300),
        TagBytes.ape(300),
        joined(TagBytes.id3(100), TagBytes.id3WithFooter(200), TagBytes.id3(30)),
        joined(TagBytes.id3(100), new byte[777], TagBytes.ape(5), new byte[1]));
  }

  static Stream<byte[]> behind() {
    return Stream.of(
        new byte[0],
        new byte[5000],
        TagBytes.id3v1(),
        TagBytes.ape(300),
        TagBytes.apeWithoutHeader(300),
        TagBytes.lyrics(),
        TagBytes.id3WithFooter(300),
        joined(TagBytes.ape(10), TagBytes.lyrics(), TagBytes.enhanced(), TagBytes.id3v1()),
        joined(TagBytes.apeWithoutHeader(10), TagBytes.firstLyrics(), TagBytes.id3v1()),
        joined(new byte[100], TagBytes.id3v1(), new byte[100], TagBytes.id3v1()));
  }

  static Stream<byte[]> neitherTagsNorZeros() {
    return Stream.of(
        ascii("x"),
        ascii("<html><body>502 Bad Gateway</body></html>"),
        ascii("TAG too short"),
        ascii("LYRICSBEGIN without an end"),
        joined(new byte[100], ascii("x")),
        joined(TagBytes.id3v1(), ascii("x")),
        joined(TagBytes.ape(20), AUDIO),
        joined(ascii("x"), TagBytes.ape(20)),
        joined(ascii("x"), TagBytes.id3v1()),
        Arrays.copyOf(TagBytes.ape(20), 40),
        Arrays.copyOf(TagBytes.id3(20), 8));
  }

  @ParameterizedTest
  @MethodSource("inFront")
  void theContentBeginsBehindAnyNumberOfTags(byte[] tags) throws Exception {
    // Given
    byte[] file = joined(tags, AUDIO);
    // When
    int begin = Tags.before(file);
    // Then
    assertThat(begin).isEqualTo(tags.length);
  }

  @ParameterizedTest
  @MethodSource("behind")
  void tagsAndZerosMayFollowTheContent(byte[] tags) {
    // Given
    byte[] file = joined(AUDIO, tags);
    // When
    boolean tagsAlone = Tags.fillTheRest(file, AUDIO.length);
    // Then
    assertThat(tagsAlone).isTrue();
  }

  @ParameterizedTest
  @MethodSource("neitherTagsNorZeros")
  void anythingElseBehindTheContentIsNoTag(byte[] rest) {
    // Given
    byte[] file = joined(AUDIO, rest);
    // When
    boolean tagsAlone = Tags.fillTheRest(file, AUDIO.length);
    // Then
    assertThat(tagsAlone).isFalse();
  }

  @Test
  void manySmallTagsWithZerosBetweenAreSearchedForFootersOnce() {
    // Given
    byte[][] many = new byte[10_000][];
    Arrays.fill(many, joined(new byte[1], TagBytes.id3v1()));
    byte[] tags = joined(many);
    byte[] withFooter = joined(tags, TagBytes.apeWithoutHeader(10), tags);
    for (byte[] file : List.of(tags, withFooter)) {
      TrailingTags trailing = new TrailingTags(file);
      // When
      boolean tagsAlone = trailing.fillFrom(0);
      // Then
      assertThat(tagsAlone).isTrue();
      assertThat(trailing.searched()).isLessThanOrEqualTo(file.length);
    }
  }

  @Test
  void aTagThatClaimsMoreThanTheFileHasIsBroken() {
    // Given
    byte[] file = Arrays.copyOf(TagBytes.id3(300), 200);
    // When
    // Then
    assertThatThrownBy(() -> Tags.before(file))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(SkipReason.BROKEN_AUDIO))
        .hasMessage(
            "the tag at byte 0 claims 310 bytes but the file has 200 left: truncated or a wrong size");
  }

  @Test
  void bytesThatOnlyBeginAsATagAreNone() throws Exception {
    // Given
    byte[] file = ascii("ID3 \0\0\0\0\0\0");
    file[7] = (byte) 0x80;
    // When
    int begin = Tags.before(file);
    // Then
    assertThat(begin).isZero();
  }
}
