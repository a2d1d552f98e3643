package deepspeech.tools.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Manifests in the form that Lhotse writes them: the fields of its test/fixtures/libri/cuts.json
 * and of the docstrings of Recording and SupervisionSegment, as JSON lines.
 */
class PrepareFromLhotseTest {
  @TempDir private Path root;
  private Preparation preparation;

  @BeforeEach
  void make() throws Exception {
    preparation = new Preparation(root);
    preparation.wav("wav/talk.wav", 2);
    preparation.wav("wav/short.wav", 0.5);
  }

  @ParameterizedTest
  @CsvSource({"cuts.jsonl", "cuts_train.jsonl.gz"})
  void supervisionsOfCutsBecomeUtterances(String name) throws Exception {
    // Given
    preparation.lines(
        name,
        cut("c1", 0, 0.5, recording("wav/short.wav", 0.5), supervision(0, 0.5, "whole")),
        cut(
            "c2",
            0.5,
            1,
            recording("wav/talk.wav", 2),
            supervision(0, 0.5, "first") + ", " + supervision(0.5, 0.75, "second")),
        cut("c3", 0, 1, recording("wav/talk.wav", 2), ""));
    // When
    int code = preparation.run("--annotations=" + root.resolve(name), "--test-every=9");
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly(
            "wav/short.wav whole", "wav/talk.wav 0.5+0.5 first", "wav/talk.wav 1.0+0.5 second");
    assertThat(preparation.errors())
        .contains(name + " line 3: the cut has no supervision")
        .contains("skipped 1 utterances: {malformed_line=1}");
  }

  @Test
  void supervisionsAreJoinedWithTheRecordingsBesideThem() throws Exception {
    // Given
    preparation.lines("fixtures/libri_recordings_train.jsonl.gz", recording("wav/talk.wav", 2));
    preparation.lines(
        "fixtures/libri_supervisions_train.jsonl.gz",
        "{\"id\": \"s1\", \"recording_id\": \"talk\", \"start\": 0.25, \"duration\": 0.5, \"channel\": 0,"
            + " \"text\": \"one\", \"speaker\": \"7\", \"language\": \"English\"}",
        "{\"id\": \"s2\", \"recording_id\": \"other\", \"start\": 0.25, \"duration\": 0.5, \"channel\": 0,"
            + " \"text\": \"two\"}");
    // When
    int code = preparation.run("--annotations=" + root.resolve("fixtures"), "--test-every=9");
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train")).containsExactly("wav/talk.wav 0.25+0.5 one");
    assertThat(preparation.errors()).contains("recording_id is \"other\", which no recording has");
  }

  @Test
  void whatLastsOtherThanLhotseSaysIsSkippedAsWrongDuration() throws Exception {
    // Given
    preparation.lines(
        "cuts.jsonl",
        cut("c1", 0, 12, recording("wav/talk.wav", 12), supervision(0, 12, "whole")),
        cut("c2", 0, 1, recording("wav/talk.wav", 1), supervision(0, 1, "longer")),
        cut("c3", 1.5, 8, recording("wav/talk.wav", 12), supervision(0, 8, "part")),
        cut("c4", 0, 2.1, recording("wav/talk.wav", 2.1), supervision(0, 2.1, "ab")),
        cut("c5", 0, 0.5, recording("wav/short.wav", 0.5), supervision(0, 1e300, "ba")));
    // When
    preparation.run("--annotations=" + root.resolve("cuts.jsonl"), "--test-every=9");
    // Then
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly("wav/talk.wav ab", "wav/short.wav ba");
    assertThat(preparation.errors())
        .contains("line 1: wav/talk.wav: the audio lasts 2.00 s; the annotation says 12.0 s")
        .contains("line 2: wav/talk.wav: the audio lasts 2.00 s; the annotation says 1.0 s")
        .contains("line 3: wav/talk.wav: the audio lasts 0.50 s; the annotation says 8.0 s")
        .contains("skipped 3 utterances: {wrong_duration=3}");
  }

  @Test
  void aSupervisionWithoutEndIsMalformed() throws Exception {
    // Given
    preparation.lines("x_recordings.jsonl", recording("wav/talk.wav", 2));
    preparation.lines(
        "x_supervisions.jsonl",
        "{\"id\": \"s\", \"recording_id\": \"talk\", \"start\": 0, \"duration\": 1e999, \"text\": \"a\"}");
    // When
    int code = preparation.run("--annotations=" + root.resolve("x_supervisions.jsonl"));
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(preparation.errors())
        .contains("the supervision begins at 0.0 s and lasts Infinity s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          "type": "MonoCut"     ; "type": "MixedCut"     ; type is "MixedCut"; MonoCut is expected
          "type": "file"        ; "type": "command"      ; the source of the recording is of type "command"
          "channels": [0]       ; "channels": [0, 1]     ; channel is 0 of a recording with 2; write
          "num_samples"         ; "transforms": [{"name": "Speed", "kwargs": {"factor": 1.1}}], "num_samples" ; the recording has transforms
          "recording":          ; "features":            ; the cut has no recording
          """)
  void whatLhotseWouldMixOrChangeIsSkipped(String part, String other, String message)
      throws Exception {
    // Given
    String cut = cut("c", 0, 0.5, recording("wav/short.wav", 0.5), supervision(0, 0.5, "ab"));
    preparation.lines("cuts.jsonl", cut, cut.replace(part, other).replace("short", "talk"));
    // When
    preparation.run("--annotations=" + root.resolve("cuts.jsonl"));
    // Then
    assertThat(cut).contains(part);
    assertThat(preparation.errors()).contains("cuts.jsonl line 2: " + message);
  }

  @Test
  void recordingsAloneAreRefused() throws Exception {
    // Given
    preparation.lines("recordings.jsonl", recording("wav/talk.wav", 2));
    // When
    int code = preparation.run("--annotations=" + root.resolve("recordings.jsonl"));
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(preparation.errors())
        .contains("recordings.jsonl: has recordings only; name the cuts or the supervisions");
  }

  @Test
  void jsonListsOfSegmentsAsPpasrHasThemAreAnnotationLists() throws Exception {
    // Given
    preparation.lines(
        "annotation/merge_audio.json",
        "{\"text\": \"ab\", \"duration\": 0.5, \"start_time\": 0.0, \"end_time\": 0.5,"
            + " \"audio_filepath\": \"wav/talk.wav\"}",
        "{\"text\": \"ba\", \"duration\": 1.0, \"start_time\": 0.5, \"end_time\": 1.5,"
            + " \"audio_filepath\": \"wav/talk.wav\", \"mix_with\": 1}");
    preparation.lines(
        "annotation/test.json",
        "{\"text\": \"aa\", \"duration\": 0.5, \"start_time\": 1.5, \"end_time\": 2,"
            + " \"audio_filepath\": \"wav/talk.wav\"}");
    // When
    int code = preparation.run("--annotations=" + root.resolve("annotation"));
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly("wav/talk.wav 0.0+0.5 ab", "wav/talk.wav 0.5+1.0 ba");
    assertThat(preparation.manifest("manifest.test")).containsExactly("wav/talk.wav 1.5+0.5 aa");
    assertThat(preparation.errors()).contains("mix_with (1 lines, the first is line 2)");
  }

  @Test
  void whatLastsOtherThanAJsonListSaysIsSkippedAsWrongDuration() throws Exception {
    // Given
    preparation.lines(
        "annotation/all.json",
        "{\"audio_filepath\": \"wav/talk.wav\", \"duration\": 60, \"text\": \"ab\"}",
        "{\"audio_filepath\": \"wav/talk.wav\", \"offset\": 1, \"duration\": 10, \"text\": \"ab\"}",
        "{\"audio_filepath\": \"wav/talk.wav\", \"offset\": 1, \"duration\": 1.1, \"text\": \"ba\"}",
        "{\"audio_filepath\": \"wav/short.wav\", \"duration\": 0.5, \"text\": \"ab\"}");
    // When
    preparation.run("--annotations=" + root.resolve("annotation"), "--test-every=9");
    // Then
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly("wav/talk.wav 1.0+1.0 ba", "wav/short.wav ab");
    assertThat(preparation.errors())
        .contains("line 1: wav/talk.wav: the audio lasts 2.00 s; the annotation says 60.0 s")
        .contains("line 2: wav/talk.wav: the audio lasts 1.00 s; the annotation says 10.0 s")
        .contains("skipped 2 utterances: {wrong_duration=2}");
  }

  @Test
  void whatTrainingSkipsAsWrongDurationIsNotInTheStatistics() throws Exception {
    // Given
    preparation.lines(
        "list/manifest",
        "{\"audio_filepath\": \"wav/talk.wav\", \"duration\": 12, \"text\": \"ab\"}",
        "{\"audio_filepath\": \"wav/short.wav\", \"duration\": 0.5, \"text\": \"ab\"}");
    // When
    int code = preparation.run("--manifest=" + root.resolve("list/manifest"));
    // Then
    assertThat(code).isZero();
    assertThat(preparation.errors())
        .contains("line 1: wav/talk.wav: the audio lasts 2.00 s; the manifest says 12.0 s")
        .contains("skipped 1 utterances: {wrong_duration=1}");
  }

  private static String cut(
      String id, double start, double duration, String recording, String supervisions) {
    return ("{\"id\": \"%s\", \"start\": %s, \"duration\": %s, \"channel\": 0, \"supervisions\": [%s],"
            + " \"recording\": %s, \"type\": \"MonoCut\"}")
        .formatted(id, start, duration, supervisions, recording);
  }

  private static String recording(String path, double seconds) {
    return ("{\"id\": \"talk\", \"sources\": [{\"type\": \"file\", \"channels\": [0], \"source\": \"%s\"}],"
            + " \"sampling_rate\": 16000, \"num_samples\": %d, \"duration\": %s, \"channel_ids\": [0]}")
        .formatted(path, Math.round(16000 * seconds), seconds);
  }

  private static String supervision(double start, double duration, String text) {
    return ("{\"id\": \"s\", \"recording_id\": \"talk\", \"start\": %s, \"duration\": %s, \"channel\": 0,"
            + " \"text\": \"%s\"}")
        .formatted(start, duration, text);
  }
}
