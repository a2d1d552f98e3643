package deepspeech.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.speech.dataset.Corpus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people put into manifests, and what {@code check} says to it: a line in their words. */
class ManifestMessagesTest {
  private static final String GOOD =
      "{\"audio_filepath\": \"%s\", \"duration\": 0.5, \"text\": \"ab\"}";

  @TempDir private Path folder;
  private Path manifest;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void make() throws Exception {
    Corpus.in(folder).utterance("wav/1.wav", 0.5, "ab").utterance("wav/2.wav", 0.5, "ab");
    manifest = folder.resolve(Corpus.MANIFEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'audio_filepath': 'wav/1.wav'}{'audio_filepath': 'wav/2.wav'} | malformed_line: line 1: more than one JSON value: {\"audio_filepath\": \"... follows at column 32; one JSON object is expected",
        "{'audio_filepath': 'wav/2.wav', 'duration': 0.5, 'text': 'ab'}, | malformed_line: line 1: not JSON at column 63: ,; one JSON object is expected",
        "wav/1.wav\tab | malformed_line: line 1: a path, a tab and a text, as in an annotation list; a JSON object is expected, and prepare --annotations makes a manifest from such a list",
        "wav/1.wav ab | malformed_line: line 1: not JSON at column 1: wav/1.wav ab; one JSON object is expected",
        "{'audio_filepath': 'C:\\wav\\1.wav', 'duration': 0.5, 'text': 'ab'} | malformed_line: line 1: not JSON at column 24: wav\\1.wav\", \"duratio...; a backslash in a string is written \\\\; one JSON object is expected",
        "{'audio_filepath': 'wav\\\\1.wav', 'duration': 0.5, 'text': 'ab'} | missing_audio: line 1: wav\\1.wav: the file does not exist; write / and not \\ between folders",
        "{'audio_filepath': 'wav/1.wav', 'duration': '0.5', 'text': 'ab'} | malformed_line: line 1: duration is \"0.5\"; seconds greater than 0 are expected",
        "{'audio_filepath': 'wav/1.wav', 'duration': NaN, 'text': 'ab'} | malformed_line: line 1: not JSON at column 48: , \"text\": \"ab\"}; JSON has no such number; one JSON object is expected",
        "{'audio_filepath': 'wav/1.wav', 'duration': 0.5, 'text': None} | malformed_line: line 1: not JSON at column 58: None}; JSON writes null; one JSON object is expected",
        "[0.5] | malformed_line: line 1: [0.5]; a JSON object is expected"
      })
  void aLineThatIsNoUtteranceIsReportedInOneLine(String line, String reported) throws Exception {
    // Given
    String text = line.replace('\'', '"').replace("\\t", "\t");
    Files.writeString(manifest, text + "\n" + GOOD.formatted("wav/2.wav") + "\n");
    // When
    int code = check();
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(output().lines()).contains(reported);
    assertThat(output()).doesNotContain("Source").doesNotContain("Feature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"./wav/2.wav", "wav/../wav/2.wav", "set/wav/2.wav", "ROOT/set/wav/2.wav"})
  void everySpellingOfAPathIsTheSameFile(String spelling) throws Exception {
    // Given
    String path = spelling.replace("ROOT", folder.toString());
    Files.writeString(manifest, GOOD.formatted("wav/2.wav") + "\n" + GOOD.formatted(path) + "\n");
    // When
    int code = check();
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(output().lines())
        .contains("duplicate_path: line 2: %s: %s is already on line 1".formatted(path, path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
  void filesInUtf16AreNamed(String charset) throws Exception {
    // Given
    Path vocabulary = folder.resolve(Corpus.VOCABULARY);
    recode(manifest, Charset.forName(charset));
    // When
    int forManifest = check();
    recode(manifest, StandardCharsets.UTF_8, Charset.forName(charset));
    recode(vocabulary, Charset.forName(charset));
    int forVocabulary = check();
    // Then
    String words = "it is UTF-16, not UTF-8; iconv -f UTF-16 -t UTF-8 converts it";
    assertThat(forManifest).isEqualTo(3);
    assertThat(forVocabulary).isEqualTo(3);
    assertThat(errors().lines())
        .contains(
            "check: %s: cannot be read: %s".formatted(manifest, words),
            "check: %s: %s".formatted(vocabulary, words));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "version https://git-lfs.github.com/spec/v1\\noid sha256:12 | it is a Git LFS pointer, not the file itself; git lfs pull gets that",
        "<!doctype html>\\n<html></html> | it is an HTML page, as a failed download leaves it",
        "[\\n  {\"audio_filepath\": \"a.wav\"},\\n | it is a JSON list; a manifest has one JSON object a line, without [ ] and commas between them",
        "[{\"audio_filepath\": \"a.wav\"}] | it is a JSON list; a manifest has one JSON object a line, without [ ] and commas between them"
      })
  void aFileThatIsNoManifestIsRefusedAsAWhole(String content, String reported) throws Exception {
    // Given
    Files.writeString(manifest, content.replace("\\n", "\n"));
    // When
    int code = check();
    // Then
    assertThat(code).isEqualTo(3);
    assertThat(errors()).isEqualTo("check: %s: cannot be read: %s\n".formatted(manifest, reported));
  }

  @Test
  void aLineOfFiftyMegabytesIsSkippedAndTheOthersAreUsed() throws Exception {
    // Given
    Files.writeString(
        manifest,
        "{\"audio_filepath\": \"wav/1.wav\", \"duration\": 0.5, \"text\": \"%s\"}\n"
                .formatted("a".repeat(50_000_000))
            + GOOD.formatted("wav/2.wav")
            + "\n");
    // When
    int code = check();
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(output())
        .contains("malformed_line: line 1: longer than 1048576 bytes; a JSON object is expected\n")
        .contains("1 of 2 utterances can be used");
  }

  private static void recode(Path file, Charset to) throws Exception {
    recode(file, to, StandardCharsets.UTF_8);
  }

  private static void recode(Path file, Charset to, Charset from) throws Exception {
    Files.writeString(file, Files.readString(file, from), to);
  }

  private int check() {
    return CheckCommand.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        "--train_manifest=" + manifest,
        "--vocab_path=" + folder.resolve(Corpus.VOCABULARY),
        "--dataset-root=" + folder);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
