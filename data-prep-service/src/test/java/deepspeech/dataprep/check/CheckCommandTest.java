package deepspeech.dataprep.check;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.dataprep.audio.WavBytes;
import deepspeech.dataprep.dataset.Corpus;
import deepspeech.dataprep.dataset.DataSet;
import deepspeech.dataprep.dataset.DataSets;
import deepspeech.dataprep.encoding.BatchFunction;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.LeftOut;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    plantEveryFault();
    // When
    int code = check("--min_duration=0.1");
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(output().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "malformed_line 1 leaves them out",
            "duplicate_path 1 leaves them out",
            "empty_text 1 leaves them out",
            "no_known_character 1 leaves them out",
            "unknown_characters 1 uses them, without the characters",
            "too_short 1 leaves them out",
            "too_long 1 leaves them out",
            "missing_audio 2 leaves them out",
            "outside_root 1 leaves them out",
            "broken_audio 3 leaves them out",
            "wrong_duration 1 leaves them out",
            "silent 1 leaves them out",
            "labels_exceed_frames 1 leaves them out",
            "6 characters are not in the vocabulary: Z 3, X 2, Y 1");
    assertThat(output())
        .contains("missing_audio: line 9: wav/nowhere.wav: the file")
        .contains("2 of 17 utterances can be used");
  }

  @Test
  void whatIsCheckedIsWhatTrainingDoes() throws Exception {
    // Given
    plantEveryFault();
    Path list = folder.resolve("found.tsv");
    // When
    check("--min_duration=0.1", "--list=" + list);
    // Then
    Map<Long, String> found = new TreeMap<>();
    Files.readAllLines(list).stream()
        .skip(1)
        .map(line -> line.split("\t"))
        .filter(fields -> !fields[2].equals("unknown_characters"))
        .forEach(fields -> found.put(Long.valueOf(fields[0]), fields[2]));
    assertThat(found).hasSize(15).isEqualTo(leftOutOfTraining());
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
  void theReportTellsWhatARunDoesWithUnknownCharacters() throws Exception {
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
            "leaves them out",
            "is refused",
            "uses them; the characters count as errors");
  }

  @Test
  void nothingIsChangedOnDisk() throws Exception {
    // Given
    plantEveryFault();
    Map<Path, FileTime> before = filesAndTimes();
    // When
    check();
    // Then
    assertThat(filesAndTimes()).isEqualTo(before);
  }

  @Test
  void theReportIsTheSameOnAnyNumberOfThreads() throws Exception {
    // Given
    corpus.utterances(40);
    plantEveryFault();
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

  private void plantEveryFault() throws IOException {
    corpus
        .utterance("wav/good.wav", 0.5, "ab")
        .line("no JSON")
        .utterance("wav/empty.wav", 0.5, " ")
        .utterance("wav/nothing.wav", 0.5, "ZZZ")
        .utterance("wav/some.wav", 0.5, "aXbYX")
        .utterance("wav/short.wav", 0.05, "a")
        .line("{\"audio_filepath\": \"wav/long.wav\", \"duration\": 25, \"text\": \"a\"}")
        .line("{\"audio_filepath\": \"../../../x.wav\", \"duration\": 1, \"text\": \"a\"}")
        .line("{\"audio_filepath\": \"wav/nowhere.wav\", \"duration\": 1, \"text\": \"a\"}")
        .audio("wav/broken.wav", new byte[30], 0.5, "ab")
        .audio("wav/nothing-in-it.wav", new byte[0], 0.5, "ab")
        .audio("wav/cut.wav", cut(), 0.5, "ab")
        .line("{\"audio_filepath\": \"wav\", \"duration\": 1, \"text\": \"a\"}")
        .audio("wav/wrong.wav", WavBytes.pcm16(tone(8000), 16000), 3.5, "ab")
        .audio("wav/silent.wav", WavBytes.pcm16(new float[8000], 16000), 0.5, "ab")
        .utterance("wav/crowded.wav", 0.2, "abcabcabcabcabcabc")
        .line("{\"audio_filepath\": \"wav/good.wav\", \"duration\": 0.5, \"text\": \"ab\"}");
  }

  private static byte[] cut() {
    byte[] whole = WavBytes.pcm16(tone(8000), 16000);
    return Arrays.copyOf(whole, 20);
  }

  private static float[] tone(int samples) {
    float[] tone = new float[samples];
    for (int i = 0; i < samples; i++) {
      tone[i] = (float) (0.3 * Math.sin(0.05 * i));
    }
    return tone;
  }

  private Map<Long, String> leftOutOfTraining() throws Exception {
    DatasetRoot root = new DatasetRoot(folder);
    DataSet dataSet =
        new DataSets(root).open(Split.TRAIN, corpus.specification(100, "instance_shuffle"));
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try {
      FeatureBatch batch = new BatchFunction(root, workers).batch(dataSet, new RunId("r"), 1, 0);
      Map<Long, String> reasons = new TreeMap<>();
      Stream.of(dataSet.leftOut(), batch.leftOut())
          .flatMap(List<LeftOut>::stream)
          .forEach(left -> reasons.put(left.utterance(), left.reason().toString()));
      return reasons;
    } finally {
      workers.shutdownNow();
    }
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
