package deepspeech.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.speech.PlantedCorpus;
import deepspeech.speech.dataset.Corpus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  @TempDir private Path folder;
  private Corpus corpus;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void make() throws Exception {
    corpus = Corpus.in(folder);
  }

  @Test
  void aManifestWithoutFaultEndsWithZero() throws Exception {
    // Given
    corpus.utterance("wav/1.wav", 0.5, "ab").utterance("wav/2.wav", 1.3, "cab a");
    // When
    int code = check();
    // Then
    assertThat(code).isZero();
    assertThat(output())
        .isEqualTo(
            "%s: 2 of 2 utterances can be used, 0.00 of 0.00 hours\n"
                .formatted(folder.resolve(Corpus.MANIFEST)));
    assertThat(errors()).isEqualTo("check: 100 % (2 of 2)\n");
  }

  @Test
  void everyFaultIsCountedUnderItsReasonWithAnExample() throws Exception {
    // Given
    PlantedCorpus planted = PlantedCorpus.in(folder);
    List<String> expected = new ArrayList<>();
    planted.counts().forEach((reason, count) -> expected.add(reason + " " + count + " skips them"));
    // When
    int code = check("--min_duration=0.1", "--unknown_characters=drop_utterance");
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(output().lines().map(line -> line.replaceAll(" +", " ")))
        .containsAll(expected)
        .contains("4 characters are not in the vocabulary: X 2, Y 1, Z 1");
    int lines = planted.corpus().lines();
    assertThat(output())
        .contains("wav/missing.wav: the file does not exist")
        .contains("%d of %d utterances can be used".formatted(planted.sound().size(), lines));
  }

  @Test
  void whatIsCheckedIsWhatTrainingDoes() throws Exception {
    // Given
    PlantedCorpus planted = PlantedCorpus.in(folder);
    Path list = folder.resolve("found.tsv");
    // When
    check("--min_duration=0.1", "--unknown_characters=drop_utterance", "--list=" + list);
    // Then
    assertThat(Files.readAllLines(list).stream().skip(1).map(line -> line.split("\t")))
        .zipSatisfy(
            planted.planted(),
            (fields, damage) -> {
              assertThat(fields[0]).isEqualTo(String.valueOf(damage.line()));
              assertThat(fields[2]).isEqualTo(damage.reason().toString());
            });
  }

  @Test
  void theListHasEveryFindingAsJsonIfItsNameSaysSo() throws Exception {
    // Given
    corpus.utterance("wav/1.wav", 0.5, "ab").line("{\"audio_filepath\": \"a\\tb.wav\"}");
    corpus.utterance("wav/2.wav", 0.5, "aX");
    Path list = folder.resolve("lists/found.jsonl");
    // When
    check("--list", list.toString());
    // Then
    assertThat(list)
        .hasContent(
            """
            {"line":2,"audio_filepath":null,"reason":"malformed_line","detail":"duration is missing; seconds greater than 0 are expected"}
            {"line":3,"audio_filepath":"wav/2.wav","reason":"unknown_characters","detail":"characters of the text are not in the vocabulary: X"}
            """);
    assertThat(list.resolveSibling("found.jsonl.part")).doesNotExist();
  }

  @Test
  void theRulesAreThoseOfTheRunsArguments() throws Exception {
    // Given
    corpus.utterance("wav/1.wav", 0.5, "AB").utterance("wav/2.wav", 0.6, "a-b");
    corpus.utterance("wav/3.wav", 0.7, "ab");
    // When
    int kept = check("--unknown_characters=drop_utterance");
    String dropped = output();
    int lower = check("--text_normalisation=lower_case", "--unknown_characters=fail_run");
    int longer = check("--min_duration=0.55", "--text-normalisation", "lower_case");
    // Then
    assertThat(List.of(kept, lower, longer)).containsExactly(1, 0, 1);
    assertThat(dropped).contains("1 of 3 utterances can be used");
    assertThat(output()).contains("too_short: line 1: wav/1.wav: the duration is 0.5 s");
  }

  @Test
  void aTestManifestIsCheckedByTheRulesOfATest() throws Exception {
    // Given
    corpus.utterance("wav/1.wav", 0.5, "ab").utterance("wav/2.wav", 0.15, "abcabcabcabcabcabc");
    String test = "--test_manifest=" + folder.resolve(Corpus.MANIFEST);
    // When
    int code = check("--split=test", test, "--min_duration=0.3");
    // Then
    assertThat(code).isZero();
  }

  @Test
  void theReportSaysWhatARunDoesWithUnknownCharacters() throws Exception {
    // Given
    corpus.utterance("wav/1.wav", 0.5, "aXb").utterance("wav/2.wav", 0.6, "ab");
    String test = "--test_manifest=" + folder.resolve(Corpus.MANIFEST);
    // When
    check("--unknown_characters=drop_character");
    check("--unknown_characters=drop_utterance");
    check("--unknown_characters=fail_run");
    check("--split=test", test);
    // Then
    assertThat(output().lines().filter(line -> line.matches("unknown_characters +1 .*")))
        .extracting(line -> line.substring(35))
        .containsExactly(
            "uses them, without the characters",
            "skips them",
            "is refused",
            "uses them; the characters count as errors");
  }

  @Test
  void nothingIsChangedOnDisk() throws Exception {
    // Given
    PlantedCorpus.in(folder);
    Map<Path, FileTime> before = filesAndTimes();
    // When
    check();
    // Then
    assertThat(filesAndTimes()).isEqualTo(before);
  }

  @Test
  void theReportIsTheSameOnAnyNumberOfThreads() throws Exception {
    // Given
    PlantedCorpus.in(folder);
    List<String> reports = new ArrayList<>();
    // When
    for (String threads : List.of("1", "3", "8")) {
      out.reset();
      check("--threads=" + threads);
      reports.add(output());
    }
    // Then
    assertThat(reports).containsOnly(reports.get(0));
  }

  @Test
  void segmentsOfARecordingAreUtterances() throws Exception {
    // Given
    corpus.utterance("wav/talk.wav", 1.5, "ab");
    for (String offset : new String[] {"0.0", "0.5", "1.0"}) {
      corpus.line(
          "{\"audio_filepath\": \"wav/talk.wav\", \"offset\": %s, \"duration\": 0.5, \"text\": \"ab\"}"
              .formatted(offset));
    }
    // When
    int code = check();
    // Then
    assertThat(code).isZero();
    assertThat(output()).contains("4 of 4 utterances can be used");
  }

  @Test
  void fieldsThatAreNotKnownAreReported() throws Exception {
    // Given
    corpus.utterance("wav/1.wav", 1.5, "ab");
    for (int i = 2; i < 4; i++) {
      corpus.line(
          "{\"audio_filepath\": \"wav/1.wav\", \"offset\": 0.%d, \"duration\": 1, \"text\": \"ab\","
                  .formatted(i)
              + " \"mix_with\": 1}");
    }
    // When
    int code = check();
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(output())
        .contains("3 of 3 utterances can be used")
        .contains("mix_with (2 lines, the first is line 2)");
  }

  @Test
  void whatCannotBeCheckedAsAWholeEndsInOneLineAndExitCodeThree() throws Exception {
    // Given
    corpus.audio("wav/broken.wav", new byte[30], 0.5, "ab");
    // When
    int noManifest = check("--train_manifest=" + folder.resolve("none"));
    int noVocabulary = check("--vocab_path=" + folder.resolve("none.txt"));
    int noFolder = check("--dataset-root=" + folder.resolve("nowhere"));
    int nothingUsable = check();
    // Then
    assertThat(List.of(noManifest, noVocabulary, noFolder, nothingUsable)).containsOnly(3);
    assertThat(errors())
        .contains("check: train_manifest: %s: does not exist".formatted(folder.resolve("none")))
        .contains("check: vocab_path: %s: does not exist".formatted(folder.resolve("none.txt")))
        .contains("is not an existing folder")
        .contains(folder.resolve(Corpus.MANIFEST) + ": no utterance can be used")
        .doesNotContain("\tat ");
  }

  @Test
  void wrongUsageEndsInOneLineAndExitCodeTwo() {
    // When
    int threads = check("--threads=0");
    int split = check("--split=dev");
    int value = check("--max_duration=40");
    int unknown = check("--batch_sizes=3");
    // Then
    assertThat(List.of(threads, split, value, unknown)).containsOnly(2);
    assertThat(errors())
        .contains("check: --split is dev; allowed: train or test; see --help")
        .contains("check: max_duration: ")
        .contains("at most 30")
        .contains("Unknown option: '--batch_sizes=3'");
  }

  private Map<Path, FileTime> filesAndTimes() throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  private int check(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (all.stream().noneMatch(argument -> argument.contains("_manifest"))) {
      all.add("--train_manifest=" + folder.resolve(Corpus.MANIFEST));
    }
    if (all.stream().noneMatch(argument -> argument.contains("vocab_path"))) {
      all.add("--vocab_path=" + folder.resolve(Corpus.VOCABULARY));
    }
    if (all.stream().noneMatch(argument -> argument.contains("dataset-root"))) {
      all.add("--dataset-root=" + folder);
    }
    return CheckCommand.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        all.toArray(String[]::new));
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
