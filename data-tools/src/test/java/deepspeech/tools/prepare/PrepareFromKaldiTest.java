package deepspeech.tools.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders as kaldi-asr.org, "Data preparation", describes them. */
class PrepareFromKaldiTest {
  @TempDir private Path root;
  private Preparation preparation;
  private Path train;

  @BeforeEach
  void make() throws Exception {
    preparation = new Preparation(root);
    train = root.resolve("data/train");
    preparation.wav("wav/talk.wav", 2);
    preparation.wav("wav/short.wav", 0.5);
  }

  @Test
  void segmentsOfRecordingsBecomeUtterancesWithOffsets() throws Exception {
    // Given
    preparation.lines(
        "data/train/wav.scp", "rec-1 wav/talk.wav", "rec-2 " + root + "/wav/short.wav");
    preparation.lines(
        "data/train/segments",
        "spk1-utt1 rec-1 0.00 0.75",
        "spk1-utt2 rec-1 0.75 -1",
        "spk2-utt1 rec-2 0.1 0.4",
        "spk3-utt1 rec-2 0.1 0.2");
    preparation.lines(
        "data/train/text", "spk1-utt1 ab ba", "spk1-utt2\tb a", "spk2-utt1 aa", "spk9-utt1 bb");
    preparation.lines("data/train/utt2spk", "spk1-utt1 spk1");
    // When
    int code = preparation.run("--annotations=" + train, "--test-every=9");
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly(
            "wav/talk.wav 0.0+0.75 ab ba",
            "wav/talk.wav 0.75+1.25 b a",
            "wav/short.wav 0.1+0.3 aa");
    assertThat(preparation.errors())
        .contains(train + ": is a Kaldi data folder")
        .contains("text line 4: spk9-utt1: has no line in " + train.resolve("segments"))
        .contains("skipped 1 utterances: {missing_audio=1}");
  }

  @Test
  void withoutSegmentsAnUtteranceIsTheRecordingOfItsName() throws Exception {
    // Given
    preparation.lines("data/train/wav.scp", "utt1 wav/talk.wav", "utt2   wav/short.wav");
    preparation.lines("data/train/text", "utt1 ab", "utt2 ba");
    preparation.lines("data/test/wav.scp", "utt3 wav/talk.wav");
    preparation.lines("data/test/text", "utt3 ab");
    // When
    int code =
        preparation.run(
            "--annotations=" + train, "--test-annotations=" + root.resolve("data/test"));
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train")).containsExactly("wav/short.wav ba");
    assertThat(preparation.manifest("manifest.test")).containsExactly("wav/talk.wav ab");
  }

  @Test
  void aSegmentThatIsCutOffIsSkippedAsWrongDurationAndOneToTheEndIsNot() throws Exception {
    // Given
    preparation.lines("data/train/wav.scp", "rec-1 wav/talk.wav");
    preparation.lines(
        "data/train/segments",
        "utt1 rec-1 1.0 11.05",
        "utt2 rec-1 0.5 2.2",
        "utt3 rec-1 1.5 -1",
        "utt4 rec-1 3.0 -1");
    preparation.lines("data/train/text", "utt1 ab", "utt2 ba", "utt3 aa", "utt4 bb");
    // When
    preparation.run("--annotations=" + train, "--test-every=9");
    // Then
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly("wav/talk.wav 0.5+1.5 ba", "wav/talk.wav 1.5+0.5 aa");
    assertThat(preparation.errors())
        .contains("line 1: wav/talk.wav: the audio lasts 1.00 s; the annotation says 10.05 s")
        .contains("skipped 2 utterances: {wrong_duration=2}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          wav.scp  ; bad flac -c -d -s wav/talk.flac |   ; missing_audio  ; line 2: the command flac -c -d -s wav/talk.flac | is not run; write the audio
          wav.scp  ; bad data/raw.ark:1234               ; missing_audio  ; line 2: data/raw.ark:1234 is in a Kaldi archive, which is not supported
          wav.scp  ; bad                                 ; malformed_line ; line 2: bad; a recording and the path of its file are expected
          segments ; bad good 0.5                        ; malformed_line ; line 2: bad good 0.5; an utterance, its recording, begin and end
          segments ; bad good 0.5 0.4                    ; malformed_line ; line 2: begin 0.5, end 0.4; an utterance, its recording, begin and end
          segments ; bad good zero 0.4                   ; malformed_line ; line 2: begin zero, end 0.4; an utterance
          segments ; bad rec9 0 0.4                      ; missing_audio  ; line 2: the recording rec9 has no line in wav.scp
          segments ; bad good 0 0.4 B                    ; malformed_line ; line 2: channel B; the channels of a recording are mixed
          reco2file_and_channel ; bad bad B              ; malformed_line ; line 2: channel B; the channels of a recording are mixed
          """)
  void aLineThatCannotBeUsedLeavesOutTheUtterancesThatNeedIt(
      String file, String line, String reason, String message) throws Exception {
    // Given
    preparation.lines("data/train/wav.scp", "good wav/talk.wav", "bad wav/short.wav");
    preparation.lines("data/train/text", "good ab", "bad ba");
    preparation.lines(
        "data/train/" + file,
        switch (file) {
          case "wav.scp" -> "good wav/talk.wav";
          case "segments" -> "good good 0 1";
          default -> "good good A";
        },
        line);
    // When
    int code = preparation.run("--annotations=" + train, "--test-every=9");
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train")).hasSize(1).first().asString().endsWith("ab");
    assertThat(preparation.errors())
        .contains(train.resolve(file) + " " + message)
        .contains("skipped 1 utterances: {" + reason + "=1}");
  }

  @Test
  void unreadableLinesAndUtterancesWithoutTextAreReported() throws Exception {
    // Given
    Files.createDirectories(train);
    Files.write(
        train.resolve("wav.scp"),
        "utt1 wav/talk.wav\n\u00e9 wav/short.wav\nutt3 wav/short.wav\n"
            .getBytes(StandardCharsets.ISO_8859_1));
    Files.write(
        train.resolve("text"), "\u00e9 ab\nutt1 ab\n".getBytes(StandardCharsets.ISO_8859_1));
    // When
    int code = preparation.run("--annotations=" + train, "--test-every=9");
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train")).containsExactly("wav/talk.wav ab");
    assertThat(preparation.errors())
        .contains(train.resolve("wav.scp") + " line 2: not UTF-8")
        .contains(
            train.resolve("wav.scp")
                + ": 1 utterances have no line in text and are skipped; the first: utt3")
        .contains(train.resolve("text") + " line 1: not UTF-8")
        .contains("skipped 1 utterances: {malformed_line=1}");
  }

  @Test
  void aFolderWithoutTextIsReported() throws Exception {
    // Given
    preparation.lines("data/train/wav.scp", "utt1 wav/talk.wav");
    // When
    int code = preparation.run("--annotations=" + train);
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(preparation.errors()).contains(train.resolve("text") + ": cannot be read");
    assertThat(Files.exists(root.resolve("dataset/manifest.train"))).isFalse();
  }
}
