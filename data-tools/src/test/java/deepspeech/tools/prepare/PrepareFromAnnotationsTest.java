package deepspeech.tools.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.Split;
import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.storage.DatasetRoot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareFromAnnotationsTest {
  @TempDir private Path root;
  private Path dataset;
  private Path lists;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void makeFolders() throws Exception {
    dataset = root.resolve("dataset");
    lists = Files.createDirectories(dataset.resolve("annotation"));
    Files.createDirectories(dataset.resolve("audio"));
  }

  @Test
  void annotationListsBecomeEverythingThatTrainingReads() throws Exception {
    // Given
    list("b.txt", line("3.wav", "ba"));
    list("a.txt", line("1.wav", "ab"), line("2.wav", "abb"));
    // When
    int code = prepare("--test-every=2");
    // Then
    assertThat(code).isZero();
    assertThat(dataset.resolve("manifest.train"))
        .hasContent(
            """
            {"audio_filepath":"audio/1.wav","duration":0.5,"text":"ab"}
            {"audio_filepath":"audio/2.wav","duration":0.5,"text":"abb"}
            """);
    assertThat(dataset.resolve("manifest.test"))
        .hasContent("{\"audio_filepath\":\"audio/3.wav\",\"duration\":0.5,\"text\":\"ba\"}\n");
    assertThat(dataset.resolve("zh_vocab.txt")).hasContent("<blank>\t-1\nb\t3\na\t2\n");
    DataSets dataSets = new DataSets(new DatasetRoot(root));
    for (Split split : Split.values()) {
      DataSet dataSet = dataSets.open(split, TrainingConfiguration.defaults().data(split, 1));
      assertThat(dataSet.skipped()).isEmpty();
      assertThat(dataSet.utterances()).isNotEmpty();
    }
  }

  @Test
  void everyFiveHundredthUsableLineIsATestLineAsInTheSeed() throws Exception {
    // Given
    String[] lines =
        IntStream.rangeClosed(0, 1002)
            .mapToObj(i -> i == 7 ? "no tab" : "../audio/%04d.wav\tab".formatted(i))
            .toArray(String[]::new);
    for (int i = 0; i <= 1002; i++) {
      Files.write(
          dataset.resolve("audio/%04d.wav".formatted(i)), WavBytes.pcm16(tone(1600), 16000));
    }
    list("all.txt", lines);
    // When
    int code = prepare();
    // Then
    assertThat(code).isZero();
    assertThat(Files.readAllLines(dataset.resolve("manifest.test")))
        .extracting(line -> line.substring(19, 33))
        .containsExactly("audio/0501.wav", "audio/1001.wav");
    assertThat(Files.readAllLines(dataset.resolve("manifest.train"))).hasSize(1000);
  }

  @Test
  void aListOfItsOwnBecomesTheTestManifest() throws Exception {
    // Given
    list("train.txt", line("1.wav", "ab"), line("2.wav", "ab"));
    Path test = list("test.txt", line("3.wav", "ab"));
    // When
    int code = prepare("--test-annotations=" + test, "--test-every=2");
    // Then
    assertThat(code).isZero();
    assertThat(Files.readAllLines(dataset.resolve("manifest.train"))).hasSize(2);
    assertThat(Files.readString(dataset.resolve("manifest.test"))).contains("audio/3.wav");
    assertThat(errors()).doesNotContain("skipped ");
  }

  @Test
  void aListOfItsOwnIsNotTrainedOnHoweverItIsSpelt() throws Exception {
    // Given
    list("train.txt", line("1.wav", "ab"), line("2.wav", "ab"));
    Path test = list("dev.txt", line("3.wav", "ab"));
    Files.createSymbolicLink(lists.resolve("chosen.txt"), test);
    for (Path spelling :
        List.of(
            lists.resolve("../annotation/./dev.txt"),
            lists.resolve("chosen.txt"),
            Path.of("").toAbsolutePath().relativize(test))) {
      err.reset();
      // When
      int code = prepare("--test-annotations=" + spelling);
      // Then
      assertThat(code).isZero();
      assertThat(paths("manifest.train")).containsExactly("audio/1.wav", "audio/2.wav");
      assertThat(paths("manifest.test")).containsExactly("audio/3.wav");
      assertThat(errors()).doesNotContain("skipped ").doesNotContain("is used for training");
    }
  }

  @Test
  void aFileThatIsNoTextIsRefusedAsListInOneLine() throws Exception {
    // Given
    Map<String, byte[]> files =
        Map.of(
            "it is a WAV file; a text file is expected",
            WavBytes.pcm16(tone(1600), 16000),
            "it is a binary file; a text file is expected",
            new byte[] {'a', '\n', 0, 'b', '\n', (byte) 0xFF});
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      err.reset();
      Path list = Files.write(lists.resolve("list.txt"), file.getValue());
      // When
      int code = prepare();
      // Then
      assertThat(code).isEqualTo(1);
      assertThat(errors().strip())
          .isEqualTo("prepare: %s: cannot be read: %s".formatted(list, file.getKey()));
    }
  }

  @Test
  void aListMayBeginWithWhatAudioBeginsWith() throws Exception {
    // Given
    for (String name : List.of("ID3-7.wav", "RIFF1.wav", "OggS.wav")) {
      Files.write(lists.resolve(name), WavBytes.pcm16(tone(1600), 16000));
      Path list = list("list.txt", name + "\taabb", line("2.wav", "ab"));
      // When
      int code = prepare("--annotations=" + list);
      // Then
      assertThat(code).isZero();
      assertThat(paths("manifest.train")).containsExactly("annotation/" + name);
    }
  }

  @Test
  void aListCalledTestTxtIsTheTestSetAsInThePythonProject() throws Exception {
    // Given
    list("zh.txt", line("1.wav", "ab"), line("2.wav", "ba"), line("3.wav", "ab"));
    Path test = list("test.txt", line("4.wav", "ab"), "../audio/2.wav\tba");
    // When
    int code = prepare();
    // Then
    assertThat(code).isZero();
    assertThat(paths("manifest.test")).containsExactly("audio/4.wav", "audio/2.wav");
    assertThat(paths("manifest.train")).containsExactly("audio/1.wav", "audio/3.wav");
    assertThat(errors())
        .contains(test + ": is the test set, as in the Python project; it is not used for training")
        .contains("zh.txt line 2: ../audio/2.wav: is already on line 2 of " + test);
  }

  @Test
  void aListCalledDevTxtIsTrainedOnAsInThePythonProjectAndThatIsReported() throws Exception {
    // Given
    list("train.txt", line("1.wav", "ab"));
    Path development = list("dev.txt", line("2.wav", "ba"));
    list("test.txt", line("3.wav", "ab"));
    // When
    prepare();
    // Then
    assertThat(paths("manifest.train")).containsExactly("audio/2.wav", "audio/1.wav");
    assertThat(errors())
        .contains(development + ": is used for training, as in the Python project; ");
  }

  @Test
  void aListCalledTestTxtIsNotTrainedOnWhereAnotherOneIsTested() throws Exception {
    // Given
    list("train.txt", line("1.wav", "ab"), line("2.wav", "ab"));
    Path usual = list("test.txt", line("3.wav", "ab"));
    Path chosen = list("dev.txt", line("4.wav", "ab"));
    // When
    int code = prepare("--test-annotations=" + chosen);
    // Then
    assertThat(code).isZero();
    assertThat(paths("manifest.train")).containsExactly("audio/1.wav", "audio/2.wav");
    assertThat(paths("manifest.test")).containsExactly("audio/4.wav");
    assertThat(errors())
        .contains(usual + ": is skipped, because --test-annotations names the test set");
  }

  @Test
  void aFolderWithATestListAloneCannotBeTrainedOn() throws Exception {
    // Given
    list("test.txt", line("1.wav", "ab"));
    // When
    int code = prepare();
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(errors())
        .contains(lists + ": has no annotation list for training, only that of the test set");
  }

  @Test
  void everyTenthOfAFewLinesIsATestLine() throws Exception {
    // Given
    list(
        "all.txt",
        IntStream.rangeClosed(0, 20)
            .mapToObj(i -> uncheckedLine("%02d.wav".formatted(i)))
            .toArray(String[]::new));
    // When
    prepare();
    // Then
    assertThat(paths("manifest.test")).containsExactly("audio/10.wav", "audio/20.wav");
    assertThat(errors())
        .contains(
            "fewer than 501 lines and no test list: every 10th usable line goes to manifest.test, or"
                + " the last one; see --test-every");
  }

  @Test
  void theLastUsableLineIsTestedWhereHardlyAnyCanBeUsed() throws Exception {
    // Given
    List<String> lines = new ArrayList<>(Collections.nCopies(600, "no tab"));
    lines.add(3, line("1.wav", "ab"));
    lines.add(5, line("2.wav", "ab"));
    lines.add(7, line("3.wav", "ab"));
    list("all.txt", lines.toArray(String[]::new));
    // When
    prepare();
    List<String> tested = paths("manifest.test");
    prepare("--test-every=9");
    // Then
    assertThat(tested).containsExactly("audio/3.wav");
    assertThat(paths("manifest.test")).isEmpty();
    assertThat(errors())
        .contains(
            "manifest.test has no utterance: none of the 3 usable lines is taken; set a smaller");
  }

  @Test
  void theLastOfVeryFewLinesIsTheTestLine() throws Exception {
    // Given
    list("all.txt", line("1.wav", "ab"), line("2.wav", "ab"));
    // When
    int two = prepare("--count-threshold=1");
    List<String> ofTwo = paths("manifest.test");
    list("all.txt", line("1.wav", "aabb"));
    int one = prepare();
    // Then
    assertThat(List.of(two, one)).containsOnly(0);
    assertThat(ofTwo).containsExactly("audio/2.wav");
    assertThat(errors())
        .contains(
            "manifest.test has no utterance: none of the 1 usable lines is taken; set a smaller")
        .contains("train with --test_off=True");
  }

  @Test
  void whereNoLineCanBeUsedNoOtherRemedyForTheEmptyTestSetIsNamed() throws Exception {
    // Given
    list("all.txt", "no tab", "../audio/nowhere.wav\tab");
    // When
    int code = prepare();
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(errors())
        .endsWith("prepare: " + lists + ": has no line that can be used\n")
        .doesNotContain("manifest.test has no utterance");
  }

  @Test
  void unusableLinesAreReportedAndCounted() throws Exception {
    // Given
    Files.write(dataset.resolve("audio/broken.wav"), new byte[30]);
    Files.write(dataset.resolve("audio/silent.wav"), WavBytes.pcm16(new float[8000], 16000));
    list(
        "all.txt",
        line("1.wav", "ab"),
        "no tab",
        "../audio/nowhere.wav\tab",
        "../audio/broken.wav\tab",
        "../audio/silent.wav\tab",
        "../../../x.wav\tab",
        line("2.wav", "12"),
        "../audio/1.wav\tba",
        line("3.wav", "ab"));
    // When
    int code = prepare("--text-normalisation=mandarin", "--count-threshold=1");
    int kept = prepare("--text_normalisation=lower_case", "--test-every=9");
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(kept).isZero();
    Path list = lists.resolve("all.txt");
    assertThat(errors())
        .contains(list + " line 2: a path, a tab and a text are expected")
        .contains(list + " line 3: ../audio/nowhere.wav: the file does not exist")
        .contains(list + " line 8: ../audio/1.wav: is already on line 1 of " + list)
        .contains(
            "skipped 6 utterances: {broken_audio=1, duplicate_path=1, malformed_line=1,"
                + " missing_audio=1, outside_root=1, silent=1}");
    assertThat(Files.readAllLines(dataset.resolve("manifest.train"))).hasSize(3);
  }

  @Test
  void audioThatIsInAnotherListTooIsReportedWithThatListAndItsLine() throws Exception {
    // Given
    Path first = list("a.txt", line("1.wav", "ab"), "no tab", line("2.wav", "ab"));
    Path second = list("b.txt", line("3.wav", "ab"), line("4.wav", "ab"));
    list("c.txt", "../audio/2.wav\tab", "../audio/4.wav\tab");
    // When
    prepare();
    // Then
    assertThat(errors())
        .contains("c.txt line 1: ../audio/2.wav: is already on line 3 of " + first)
        .contains("c.txt line 2: ../audio/4.wav: is already on line 2 of " + second);
  }

  @Test
  void theManifestHasTheNormalisedTexts() throws Exception {
    // Given
    list("all.txt", line("1.wav", "後天， 我們"), line("2.wav", "后天我们"), line("3.wav", "我们"));
    // When
    prepare("--text-normalisation=mandarin");
    // Then
    assertThat(Files.readAllLines(dataset.resolve("manifest.train")))
        .allMatch(line -> line.endsWith("\"text\":\"后天我们\"}"));
    assertThat(Files.readAllLines(dataset.resolve("zh_vocab.txt")))
        .containsExactly("<blank>\t-1", "们\t2", "后\t2", "天\t2", "我\t2");
  }

  @Test
  void aFolderOfNoiseBecomesANoiseManifest() throws Exception {
    // Given
    list("all.txt", line("1.wav", "abab"));
    Path noise = Files.createDirectories(dataset.resolve("audio/noise/street"));
    Files.write(noise.resolve("b.wav"), WavBytes.pcm16(tone(32000), 16000));
    Files.write(noise.getParent().resolve("a.wav"), WavBytes.pcm16(tone(16000), 16000));
    Files.writeString(noise.resolve("licence.txt"), "free");
    // When
    int code = prepare("--noise=" + noise.getParent());
    // Then
    assertThat(code).isZero();
    assertThat(dataset.resolve("manifest.noise"))
        .hasContent(
            """
            {"audio_filepath":"audio/noise/a.wav","duration":1.0,"text":""}
            {"audio_filepath":"audio/noise/street/b.wav","duration":2.0,"text":""}
            """);
    assertThat(errors()).contains("licence.txt: the content is of no known audio format");
  }

  @Test
  void foldersMayBeLinks() throws Exception {
    // Given
    list("a.txt", line("1.wav", "abab"), line("2.wav", "abb"));
    Path kept = Files.createDirectories(dataset.resolve("kept/deep"));
    Files.write(kept.resolve("hum.wav"), WavBytes.pcm16(tone(16000), 16000));
    Path linked = Files.createSymbolicLink(dataset.resolve("lists"), lists);
    Files.createSymbolicLink(dataset.resolve("noise"), dataset.resolve("kept"));
    // When
    int code = prepare("--annotations=" + linked, "--noise=" + dataset.resolve("noise"));
    // Then
    assertThat(code).as(errors()).isZero();
    assertThat(dataset.resolve("manifest.train")).content().contains("\"abab\"");
    assertThat(dataset.resolve("manifest.noise")).content().contains("noise/deep/hum.wav");
  }

  @Test
  void aLinkThatLeadsBackIsReportedInALine() throws Exception {
    // Given
    list("a.txt", line("1.wav", "ab"), line("2.wav", "abb"));
    Path noise = Files.createDirectories(dataset.resolve("noise"));
    Files.createSymbolicLink(noise.resolve("again"), noise);
    // When
    int code = prepare("--noise=" + noise);
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(errors()).contains("again leads back to a folder that it is in; remove it");
  }

  @Test
  void theSameInputGivesTheSameBytesOnAnyNumberOfThreads() throws Exception {
    // Given
    list("all.txt", line("1.wav", "ab"), line("2.wav", "cab"), line("3.wav", "ba"));
    List<Map<String, String>> made = new ArrayList<>();
    // When
    for (String threads : List.of("1", "2", "7")) {
      prepare("--threads=" + threads, "--noise=" + dataset.resolve("audio"));
      made.add(files());
    }
    // Then
    assertThat(made.get(0)).hasSize(5);
    assertThat(made.get(1)).isEqualTo(made.get(0));
    assertThat(made.get(2)).isEqualTo(made.get(0));
  }

  @Test
  void nothingIsWrittenWhereSomethingCannotBeMade() throws Exception {
    // Given
    list("all.txt", line("1.wav", "ab"));
    // When
    int rare = prepare("--count-threshold=9");
    int noNoise = prepare("--count-threshold=1", "--noise=" + root.resolve("nowhere"));
    int noList = prepare("--annotations=" + root.resolve("none.txt"));
    int outside = prepare("--output=" + root.resolveSibling("elsewhere"), "--dataset-root=" + root);
    // Then
    assertThat(List.of(rare, noNoise, noList, outside)).containsOnly(1);
    assertThat(files()).isEmpty();
    assertThat(errors())
        .contains("no character occurs 9 times or more")
        .contains(root.resolve("nowhere") + ": is not an existing folder")
        .contains(root.resolve("none.txt") + ": cannot be read: the file does not exist")
        .contains("lies outside the dataset root")
        .doesNotContain("\tat ");
  }

  @Test
  void allSkippedUtterancesAreListedAndAListThatIsSkippedAsAWholeHasALineOfItsOwn()
      throws Exception {
    // Given
    list("a.txt", line("1.wav", "ab"), line("2.wav", "ba"), "no tab");
    Path lost = list("b.txt", "../audio/none.wav\tab", "../audio/none2.wav\tab");
    Path list = root.resolve("found/skipped.tsv");
    // When
    int code = prepare("--count-threshold=1", "--list=" + list);
    // Then
    assertThat(code).isZero();
    assertThat(errors()).contains(lost + ": none of its 2 lines can be used");
    assertThat(Files.readAllLines(list))
        .hasSize(4)
        .startsWith(
            "line\taudio_filepath\treason\tdetail",
            "3\t\tmalformed_line\t%s line 3: a path, a tab and a text are expected"
                .formatted(lists.resolve("a.txt")))
        .element(2)
        .asString()
        .startsWith("1\t../audio/none.wav\tmissing_audio\t" + lost + " line 1: ");
  }

  @Test
  void whereNothingIsUsableTheListHasTheReasons() throws Exception {
    // Given
    list("a.txt", "no tab");
    Path list = root.resolve("skipped.jsonl");
    // When
    int code = prepare("--list=" + list);
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(Files.readAllLines(list))
        .singleElement()
        .asString()
        .startsWith("{\"line\":1,\"audio_filepath\":null,\"reason\":\"malformed_line\"");
  }

  @Test
  void missingNoiseIsReportedBeforeTheAnnotationsAreRead() throws Exception {
    // Given
    list("a.txt", line("1.wav", "ab"), "no tab");
    // When
    int code = prepare("--noise=" + root.resolve("nowhere"));
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(errors()).contains("nowhere").doesNotContain("skipped ");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsReportedBeforeTheAnnotationsAreRead() throws Exception {
    // Given
    list("a.txt", line("1.wav", "ab"), "no tab");
    Path file = Files.createFile(root.resolve("file"));
    // When
    int vocabulary = prepare("--vocab-path=" + file.resolve("vocab.txt"));
    int statistics = prepare("--mean-std-path=" + file.resolve("mean_std.npz"));
    // Then
    assertThat(List.of(vocabulary, statistics)).containsOnly(1);
    assertThat(errors())
        .contains(file.resolve("vocab.txt") + ": cannot be written")
        .contains(file.resolve("mean_std.npz") + ": cannot be written")
        .doesNotContain("skipped ");
    assertThat(files()).isEmpty();
  }

  @Test
  void oneFileIsNotNamedForVocabularyAndStatistics() throws Exception {
    // Given
    list("a.txt", line("1.wav", "ab"));
    Path both = root.resolve("both");
    // When
    int code = prepare("--vocab-path=" + both, "--mean-std-path=" + both);
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(errors()).contains(both + ": is named for two files; name one for each");
    assertThat(both).doesNotExist();
  }

  @Test
  void withoutAnOutputFolderTheFilesComeUnderTheDatasetRootThatIsNamed() throws Exception {
    // Given
    list("a.txt", line("1.wav", "ab"), line("2.wav", "ba"));
    // When
    int code =
        PrepareCommand.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            "--annotations=" + lists,
            "--dataset-root=" + root,
            "--count-threshold=1");
    // Then
    assertThat(errors()).doesNotContain("prepare:");
    assertThat(code).isZero();
    assertThat(dataset.resolve("manifest.train")).isNotEmptyFile();
  }

  @Test
  void whatPeopleAndFileManagersLeaveBesideListsIsNoList() throws Exception {
    // Given
    list("a.txt", line("1.wav", "ab"), line("2.wav", "ba"));
    list("README.md", "# Lists");
    list("Thumbs.db", "\0\0");
    list("desktop.ini", "[.ShellClassInfo]");
    // When
    int code = prepare("--count-threshold=1");
    // Then
    assertThat(code).isZero();
    assertThat(errors()).doesNotContain("skipped ");
  }

  @Test
  void aPreparationThatFailsLeavesNoFolderBehind() throws Exception {
    // Given
    list("a.txt", line("1.wav", "ab"));
    Path output = root.resolve("new/dataset");
    // When
    int code = prepare("--count-threshold=9", "--output=" + output);
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(root.resolve("new")).doesNotExist();
  }

  @Test
  void anAnnotationListThatIsAPipeIsRefusedAtOnce() throws Exception {
    // Given
    Path pipe = root.resolve("list.txt");
    int made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    assumeThat(made).as("mkfifo").isZero();
    // When
    int code = prepare("--annotations=" + pipe);
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(errors()).contains(pipe + ": cannot be read: is a pipe or device, not a file");
  }

  /** Writes a tone of half a second, and the line that annotates it. */
  private String line(String name, String text) throws IOException {
    float[] tone = tone(8000);
    Files.write(dataset.resolve("audio").resolve(name), WavBytes.pcm16(tone, 16000));
    return "../audio/" + name + "\t" + text;
  }

  private String uncheckedLine(String name) {
    try {
      return line(name, "ab");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The paths in a manifest, in their order. */
  private List<String> paths(String manifest) throws IOException {
    List<String> paths = new ArrayList<>();
    for (String line : Files.readAllLines(dataset.resolve(manifest))) {
      paths.add(line.replaceAll(".*\"audio_filepath\":\"([^\"]*)\".*", "$1"));
    }
    return paths;
  }

  private static float[] tone(int samples) {
    float[] tone = new float[samples];
    for (int i = 0; i < samples; i++) {
      tone[i] = (float) (0.3 * Math.sin(0.05 * i) + 0.1 * Math.sin(0.0001 * i * i));
    }
    return tone;
  }

  private Path list(String name, String... lines) throws IOException {
    return Files.write(lists.resolve(name), List.of(lines));
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> made = Files.list(dataset)) {
      for (Path file : made.filter(Files::isRegularFile).toList()) {
        files.put(
            file.getFileName().toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }

  private int prepare(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (all.stream().noneMatch(argument -> argument.startsWith("--annotations"))) {
      all.add("--annotations=" + lists);
    }
    if (all.stream().noneMatch(argument -> argument.startsWith("--output"))) {
      all.add("--output=" + dataset);
    }
    return PrepareCommand.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        all.toArray(String[]::new));
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
