package deepspeech.speech.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.speech.audio.Segment;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
  private static final String GOOD =
      "{\"audio_filepath\": \"a.wav\", \"duration\": 1.5, \"text\": \"近几年\"}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"channels\": 1",
        "\"channel_selector\": \"average\"",
        "\"speed\": 1.0",
        "\"transforms\": []",
        "\"channel\": null"
      })
  void aFieldThatSaysWhatIsDoneAnywayIsIgnored(String field) {
    // Given
    String line = GOOD.replace("}", ", " + field + "}");
    // When
    Manifest manifest = Manifest.read(utf8(line + "\n"), "manifest.train");
    // Then
    assertThat(manifest.skipped()).isEmpty();
    assertThat(manifest.utterances()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s\n%s\n", "%s\n%s", "%s\r\n%s\r\n", "\uFEFF%s\n%s\n"})
  void everyLineIsAnUtteranceWhateverTheLineEndsAndTheByteOrderMark(String form) {
    // Given
    byte[] content = utf8(form.formatted(GOOD, GOOD));
    // When
    Manifest manifest = Manifest.read(content, "manifest.train");
    // Then
    assertThat(manifest.skipped()).isEmpty();
    assertThat(manifest.utterances())
        .containsExactly(
            new Utterance(1, "a.wav", 1.5, "近几年"), new Utterance(2, "a.wav", 1.5, "近几年"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | empty; a JSON object is expected",
        "`  ` | empty; a JSON object is expected",
        "{\"audio_filepath\": \"a.wav\" | not JSON",
        "`[1]` | [1]; a JSON object is expected",
        "{\"duration\": 1, \"text\": \"a\"} | audio_filepath is missing; a text is expected",
        "{\"audio_filepath\": \" \", \"duration\": 1, \"text\": \"a\"} | audio_filepath is empty",
        "{\"audio_filepath\": 7, \"duration\": 1, \"text\": \"a\"} | audio_filepath is 7; a text",
        "{\"audio_filepath\": \"a\", \"text\": \"a\"} | duration is missing; seconds greater than 0",
        "{\"audio_filepath\": \"a\", \"duration\": 0, \"text\": \"a\"} | duration is 0; seconds",
        "{\"audio_filepath\": \"a\", \"duration\": -1, \"text\": \"a\"} | duration is -1; seconds",
        "{\"audio_filepath\": \"a\", \"duration\": \"1\", \"text\": \"a\"} | duration is \"1\"; sec",
        "{\"audio_filepath\": \"a\", \"duration\": 1e999, \"text\": \"a\"} | duration is ",
        "{\"audio_filepath\": \"a\", \"duration\": NaN, \"text\": \"a\"} | not JSON",
        "{\"audio_filepath\": \"a\", \"duration\": 1} | text is missing; a text is expected",
        "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": null} | text is null; a text is exp",
        "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": \"a\", \"offset\": -1} | offset is -1; sec",
        "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": \"a\", \"offset\": \"1\"} | offset is \"1\"; s",
        "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": \"a\", \"end_time\": 2} | start_time is mis",
        "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": \"a\", \"start_time\": 2, \"end_time\": 1}"
            + " | end_time is 1; seconds above start_time, 2, are expected",
        "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": \"a\", \"channel\": 1}"
            + " | channel is 1, which is not understood: the channels of a recording are mixed",
        "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": \"a\", \"channel\": 0}"
            + " | channel is 0, which is not understood: the channels of a recording are mixed; write"
            + " the channel to a file of its own, or leave the field out if the recording has no other",
        "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": \"a\", \"channels\": 2}"
            + " | channels is 2, which is not understood: the channels of a recording are mixed",
        "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": \"a\", \"speed\": 1.1}"
            + " | speed is 1.1, which is not understood: write the changed audio to a file",
        "{\"audio_filepath\": \"a\", \"text\": \"a\", \"start\": 0.5, \"end\": 1}"
            + " | start is 0.5, which is not understood: a part of a recording is named by offset",
        "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": \"a\", \"Speed\": 1.1}"
            + " | Speed is 1.1, which is not understood: write the changed audio to a file",
      })
  void aMalformedLineIsSkippedWithFileLineAndReason(String line, String message) {
    // Given
    byte[] content = utf8(GOOD + "\n" + line + "\n" + GOOD + "\n");
    // When
    Manifest manifest = Manifest.read(content, "manifest.train");
    // Then
    assertThat(manifest.utterances()).extracting(Utterance::line).containsExactly(1L, 3L);
    assertThat(manifest.skipped()).hasSize(1);
    SkippedUtterance skipped = manifest.skipped().get(0);
    assertThat(skipped.utterance()).isEqualTo(2);
    assertThat(skipped.reason()).isEqualTo(SkipReason.MALFORMED_LINE);
    assertThat(skipped.detail()).startsWith("manifest.train line 2: " + message).hasLineCount(1);
  }

  @Test
  void aLineThatIsNotUtf8IsSkipped() {
    // Given
    byte[] content = (GOOD + "\n{\"text\": \"\u00e4\"}\n").getBytes(StandardCharsets.ISO_8859_1);
    // When
    Manifest manifest = Manifest.read(content, "m");
    // Then
    assertThat(manifest.skipped())
        .extracting(SkippedUtterance::detail)
        .containsExactly("m line 2: not UTF-8");
  }

  @Test
  void anEmptyFileHasNoLines() {
    // Given
    byte[] content = {};
    // When
    Manifest manifest = Manifest.read(content, "m");
    // Then
    assertThat(manifest.utterances()).isEmpty();
    assertThat(manifest.skipped()).isEmpty();
  }

  @Test
  void anUtteranceWithAnOffsetIsAPartOfTheFileAsInNemo() {
    // Given
    byte[] content =
        utf8(
            """
            {"audio_filepath": "talk.wav", "offset": 0, "duration": 0.5, "text": "one"}
            {"audio_filepath": "talk.wav", "offset": null, "duration": 0.5, "text": "one"}
            """);
    // When
    Manifest manifest = Manifest.read(content, "m");
    // Then
    assertThat(manifest.utterances())
        .extracting(Utterance::segment)
        .containsExactly(Optional.of(new Segment(0, 0.5)), Optional.empty());
  }

  @Test
  void anUtteranceBetweenTwoTimesIsAPartOfTheFileAsInPpasr() {
    // Given
    byte[] content =
        utf8(
            "{\"audio_filepath\": \"a\", \"text\": \"b\", \"duration\": 9, \"start_time\": 1.5,"
                + " \"end_time\": 4}");
    // When
    Manifest manifest = Manifest.read(content, "m");
    // Then
    assertThat(manifest.utterances().get(0).segment()).contains(new Segment(1.5, 2.5));
  }

  @Test
  void fieldsThatDescribeAreIgnoredAndThoseThatAreNotKnownAreReported() {
    // Given
    byte[] content =
        utf8(
            "{\"audio_filepath\": \"a\", \"duration\": 1, \"text\": \"b\", \"speaker\": 7, \"Lang\": \"en\","
                + " \"mix_with\": \"c\", \"cut\": null}");
    List<String> unknown = new ArrayList<>();
    // When
    try (ManifestLines lines = new ManifestLines(new ByteArrayInputStream(content), "m")) {
      lines.forEachRemaining(line -> unknown.addAll(line.unknownFields()));
    }
    // Then
    assertThat(unknown).containsExactly("mix_with");
  }

  @Test
  void furtherFieldsAreIgnoredAndWholeNumbersAreDurations() {
    // Given
    byte[] content =
        utf8("{\"id\": 3, \"audio_filepath\": \"a\", \"duration\": 2, \"text\": \"\"}");
    // When
    Manifest manifest = Manifest.read(content, "m");
    // Then
    assertThat(manifest.utterances().get(0).duration()).isCloseTo(2, within(0.0));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
