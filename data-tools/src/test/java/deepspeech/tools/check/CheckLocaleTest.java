package deepspeech.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.dataset.Corpus;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.JavaProcess;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own under a locale: it decides how the JVM writes file names. */
class CheckLocaleTest {
  private static final String AUDIO = "wav/今天天气.wav";
  private static final String ENTRY = "set.tar#说话人/今天.wav";

  @TempDir private Path folder;
  private Corpus corpus;

  @BeforeEach
  void make() throws Exception {
    corpus = Corpus.in(folder);
    byte[] wav = WavBytes.pcm16(new float[8000], 16_000);
    wav[100] = 90;
    try (OutputStream file = Files.newOutputStream(folder.resolve("set/set.tar"));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(file, "UTF-8")) {
      for (String name : List.of("plain.wav", "说话人/今天.wav")) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(wav.length);
        tar.putArchiveEntry(entry);
        tar.write(wav);
        tar.closeArchiveEntry();
      }
    }
  }

  @Test
  void namesInChineseAreFoundInFoldersAndShardsUnderAUnicodeLocale() throws Exception {
    // Given
    corpus.utterance(AUDIO, 0.5, "ab");
    corpus.line(line(ENTRY));
    // When
    Result result = check("C.UTF-8");
    // Then
    assertThat(result.output).contains("2 of 2 utterances can be used").doesNotContain("LC_ALL");
    assertThat(result.code).isZero();
  }

  @Test
  void namesInChineseAreFoundInShardsUnderAnyLocale() throws Exception {
    // Given
    corpus.line(line("set.tar#plain.wav"));
    corpus.line(line(ENTRY));
    // When
    Result result = check("C");
    // Then
    assertThat(result.output).contains("2 of 2 utterances can be used");
    assertThat(result.code).isZero();
  }

  @Test
  void aFileThatTheLocaleCannotNameIsTheLocalesFaultAndNotTheManifests() throws Exception {
    // Given
    corpus.utterance(AUDIO, 0.5, "ab");
    // When
    Result result = check("POSIX");
    // Then
    assertThat(result.code).isEqualTo(3);
    assertThat(result.output)
        .contains("check: file names use the locale's encoding, ANSI_X3.4-1968: ")
        .contains("start with LC_ALL=C.UTF-8")
        .doesNotContain("outside_root")
        .doesNotContain("\tat ");
  }

  private static String line(String path) {
    return "{\"audio_filepath\": \"%s\", \"duration\": 0.5, \"text\": \"ab\"}".formatted(path);
  }

  private Result check(String locale) throws Exception {
    JavaProcess program =
        JavaLaunch.mainClass(CheckCommand.class)
            .environment(Map.of("LC_ALL", locale))
            .start(
                folder.resolve("output.txt"),
                "--dataset-root=" + folder,
                "--train_manifest=" + Corpus.MANIFEST,
                "--vocab_path=" + Corpus.VOCABULARY);
    return new Result(program.exitCode(), program.output());
  }

  private record Result(int code, String output) {}
}
