package deepspeech.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.cli.corpus.DemoCorpus;
import deepspeech.messages.identity.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built command line, started as its script starts it. */
@Tag("integration")
class DataToolCommandIT {
  @TempDir private Path directory;
  private BuiltCommandLine commandLine;
  private Path folder;
  private Path manifest;

  @BeforeEach
  void makeCorpus() throws Exception {
    commandLine = new BuiltCommandLine(directory);
    folder = directory.resolve("corpus");
    DemoCorpus corpus = DemoCorpus.in(folder, 6, 1);
    corpus.make(spoken -> {});
    manifest = corpus.manifest(Split.TRAIN);
    BuiltCommandLine.Result prepared =
        deepspeech(
            "prepare",
            "--manifest=" + manifest,
            "--vocab_path=" + folder.resolve("vocab.txt"),
            "--count-threshold=1");
    assertThat(prepared.code()).as(prepared.err()).isZero();
  }

  @Test
  void aGoodCorpusIsCheckedWithZeroAndNoTable() throws Exception {
    // When
    BuiltCommandLine.Result result = check();
    // Then
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .startsWith(manifest + ": 6 of 6 utterances can be used, ")
        .hasLineCount(1);
  }

  @Test
  void aDamagedCorpusIsReportedInATableWithAnotherExitCodeAndNothingIsChanged() throws Exception {
    // Given
    List<String> lines = Files.readAllLines(manifest);
    Path first =
        folder.resolve(lines.get(0).replaceAll(".*\"audio_filepath\": ?\"([^\"]+)\".*", "$1"));
    Files.write(first, new byte[40]);
    Files.writeString(
        manifest,
        """
        {"audio_filepath": "wav/nowhere.wav", "duration": 1.5, "text": "red"}
        this is no JSON
        %s
        """
            .formatted(lines.get(1)),
        StandardOpenOption.APPEND);
    Map<String, String> before = files();
    // When
    BuiltCommandLine.Result result = check();
    // Then
    assertThat(result.code()).as(result.err()).isEqualTo(1);
    assertThat(result.out().lines().map(line -> line.replaceAll(" +", " ")))
        .startsWith("reason utterances a run")
        .contains(
            "malformed_line 1 skips them",
            "duplicate_path 1 skips them",
            "missing_audio 1 skips them",
            "broken_audio 1 skips them");
    assertThat(result.out()).contains(manifest + ": 5 of 9 utterances can be used");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void underALocaleWithoutUnicodeTheToolsStillFindNamesInChinese() throws Exception {
    // Given
    List<String> lines = Files.readAllLines(manifest);
    String path = lines.get(0).replaceAll(".*\"audio_filepath\": ?\"([^\"]+)\".*", "$1");
    Files.move(folder.resolve(path), folder.resolve("今天天气.wav"));
    Files.writeString(manifest, lines.get(0).replace(path, "今天天气.wav") + "\n");
    commandLine.set("LC_ALL", "C");
    // When
    BuiltCommandLine.Result result = check();
    // Then
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).startsWith(manifest + ": 1 of 1 utterances can be used, ");
  }

  private BuiltCommandLine.Result check() throws Exception {
    return deepspeech(
        "check", "--train_manifest=" + manifest, "--vocab_path=" + folder.resolve("vocab.txt"));
  }

  private BuiltCommandLine.Result deepspeech(String... arguments) throws Exception {
    return commandLine.in(directory, arguments);
  }

  /** What the corpus has, and when it was written. */
  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.toList();
    }
    for (Path file : all) {
      files.put(
          folder.relativize(file).toString(),
          Files.getLastModifiedTime(file) + " " + (Files.isDirectory(file) ? 0 : Files.size(file)));
    }
    return files;
  }
}
