package deepspeech.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small inputs that went wrong, and what {@code check} and {@code prepare} make of them. */
@Tag("integration")
class CasesIT {
  private static final int WAV_HEADER_BYTES = 44;
  private static final int BYTES_A_SECOND = 16_000;

  /** Of a whole manifest as {@code check} sums it up; the inputs last seconds. */
  private static final String SUMMARY = "%s: %d of %d utterances can be used, 0.00 of 0.00 hours\n";

  private static final String EVERY_TENTH =
      "fewer than 501 lines and no test list: every 10th usable line goes to manifest.test, or the"
          + " last one; see --test-every";

  @TempDir private Path directory;
  private BuiltCommandLine commandLine;
  private Path cases;

  @BeforeEach
  void copy() throws Exception {
    commandLine = new BuiltCommandLine(directory);
    cases = directory.resolve("cases");
    CasesCopy.in(cases);
  }

  @ParameterizedTest
  @CsvSource({
    "wav-stream-size/manifest.train, 3",
    "telephony/manifest.train, 2",
    "id3-in-front/manifest.train, 3",
    "ogg-recorders/manifest.train, 3",
    "flac-escape/manifest.train, 1",
    "nemo-offset/manifest.train, 3",
    "nemo-offset/silently-whole.train, 1",
    "shards/manifest.train, 1"
  })
  void whatIsUnusualButWholeCanBeUsedAndNothingButTheReportIsOnStandardOutput(
      String manifest, int utterances) throws Exception {
    // When
    BuiltCommandLine.Result result = check(manifest);
    // Then
    assertThat(result.out())
        .isEqualTo(SUMMARY.formatted(cases.resolve(manifest), utterances, utterances));
    assertThat(complaints(result)).isEmpty();
    assertThat(result.code()).isZero();
  }

  @Test
  void anMp3FileWithGarbageInTheMiddleIsBrokenAudio() throws Exception {
    // When
    BuiltCommandLine.Result result = check("mp3-damage/manifest.train");
    // Then
    assertNothingCanBeUsed(
        result,
        "mp3-damage/manifest.train",
        "broken_audio",
        "garbage-in-the-middle.mp3: the MP3 file has something other than a frame after frame 36");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "backslash | missing_audio  | .\\a.wav: the file does not exist; write / and not \\ between folders",
        "two-objects-on-a-line | malformed_line | more than one JSON value: {\"audio_filepath\": \"... follows at column 73; one JSON object is expected"
      })
  void aManifestThatIsWrittenOtherwiseIsReportedInOneLine(
      String manifest, String reason, String detail) throws Exception {
    // Given
    String file = "manifest-messages/" + manifest + ".train";
    // When
    BuiltCommandLine.Result result = check(file);
    // Then
    assertNothingCanBeUsed(result, file, reason, detail);
  }

  @Test
  void threeSpellingsOfOneFileAreThatFileAndTwoDuplicatesOfIt() throws Exception {
    // Given
    String file = "manifest-messages/three-spellings.train";
    Path absolute = cases.resolve("manifest-messages/a.wav");
    Files.writeString(
        cases.resolve(file),
        "{\"audio_filepath\": \"%s\", \"duration\": 1.7628, \"text\": \"one four five\"}\n"
            .formatted(absolute),
        StandardOpenOption.APPEND);
    // When
    BuiltCommandLine.Result result = check(file);
    // Then
    assertThat(result.out())
        .isEqualTo(
            table("duplicate_path", 2)
                + "duplicate_path: line 2: ./a.wav: ./a.wav is already on line 1\n"
                + "duplicate_path: line 3: %1$s: %1$s is already on line 1\n".formatted(absolute)
                + "\n"
                + SUMMARY.formatted(cases.resolve(file), 1, 3));
    assertThat(complaints(result)).isEmpty();
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void theAnnotationListCalledTestIsTheTestSetAndNothingOfItIsTrainedOn() throws Exception {
    // Given
    Path folder = cases.resolve("annotation-test-txt");
    // When
    BuiltCommandLine.Result result =
        commandLine.in(
            folder,
            "prepare",
            "--annotations",
            "dataset/annotation",
            "--dataset-root=.",
            "--count-threshold=1");
    // Then
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(folder.resolve("dataset/manifest.test"))
        .hasContent(
            "{\"audio_filepath\":\"wav/test.wav\",\"duration\":2.280625,\"text\":\"one nine four eight five\"}");
    assertThat(folder.resolve("dataset/manifest.train"))
        .hasContent(
            "{\"audio_filepath\":\"wav/train.wav\",\"duration\":1.76275,\"text\":\"one four five\"}");
    assertThat(complaints(result))
        .containsExactly(
            "dataset/annotation/test.txt: is the test set, as in the Python project; it is not used"
                + " for training");
  }

  @Test
  void anMp3FileThatChangesFromMonoToStereoIsSkippedAsAWholeAndTheOthersArePrepared()
      throws Exception {
    // Given
    Path folder = cases.resolve("mp3-damage");
    Path list = folder.resolve("list.txt");
    Files.writeString(
        list,
        """
        ../wav-stream-size/plain.wav\tone four five
        mono-then-stereo.mp3\tone four five one four five
        ../wav-stream-size/sox-pipe.wav\tone four five
        """);
    // When
    BuiltCommandLine.Result result = prepare(folder, "--annotations", "list.txt");
    // Then
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(complaints(result))
        .containsExactly(
            EVERY_TENTH,
            "list.txt line 2: mono-then-stereo.mp3: the MP3 file changes from 48000 Hz mono to"
                + " 32000 Hz stereo at frame 75",
            "skipped 1 utterances: {broken_audio=1}");
    assertThat(Files.readString(cases.resolve("dataset/manifest.train")))
        .hasLineCount(1)
        .contains("plain.wav");
    assertThat(Files.readString(cases.resolve("dataset/manifest.test")))
        .hasLineCount(1)
        .contains("sox-pipe.wav");
  }

  @Test
  void aListOfDamagedFilesGivesNoFilesAndAReport() throws Exception {
    // Given
    Path folder = cases.resolve("mp3-damage");
    Files.writeString(
        folder.resolve("list.txt"), "mono-then-stereo.mp3\tone four five one four five\n");
    List<Path> before = files();
    // When
    BuiltCommandLine.Result result = prepare(folder, "--annotations", "list.txt");
    // Then
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(complaints(result))
        .containsExactly(
            EVERY_TENTH,
            "list.txt line 1: mono-then-stereo.mp3: the MP3 file changes from 48000 Hz mono to"
                + " 32000 Hz stereo at frame 75",
            "skipped 1 utterances: {broken_audio=1}",
            "prepare: list.txt: has no line that can be used");
    assertThat(files()).isEqualTo(before);
  }

  /** The statistics are those of the same seconds of the recording cut out beforehand. */
  @Test
  void ofARecordingTheSegmentAloneIsReadThatOffsetAndDurationName() throws Exception {
    // Given
    Path folder = cases.resolve("nemo-offset");
    byte[] talk = Files.readAllBytes(folder.resolve("talk.wav"));
    byte[] header = Arrays.copyOf(talk, WAV_HEADER_BYTES);
    Arrays.fill(header, WAV_HEADER_BYTES - 4, WAV_HEADER_BYTES, (byte) 0);
    int from = WAV_HEADER_BYTES + BYTES_A_SECOND / 5;
    Path cut = Files.createDirectory(cases.resolve("cut"));
    try (var wav = Files.newOutputStream(cut.resolve("talk.wav"))) {
      wav.write(header);
      wav.write(talk, from, BYTES_A_SECOND * 156 / 100);
    }
    Files.writeString(
        cut.resolve("manifest.train"),
        "{\"audio_filepath\": \"talk.wav\", \"duration\": 1.56, \"text\": \"four five\"}\n");
    // When
    BuiltCommandLine.Result ofSegment = prepare(folder, "--manifest=silently-whole.train");
    BuiltCommandLine.Result ofCut = prepare(cut, "--manifest=manifest.train");
    // Then
    assertThat(ofSegment.code()).as(ofSegment.err()).isZero();
    assertThat(ofCut.code()).as(ofCut.err()).isZero();
    assertThat(folder.resolve("mean_std.npz"))
        .hasBinaryContent(Files.readAllBytes(cut.resolve("mean_std.npz")));
  }

  private void assertNothingCanBeUsed(
      BuiltCommandLine.Result result, String manifest, String reason, String detail) {
    Path file = cases.resolve(manifest);
    assertThat(result.out())
        .isEqualTo(
            table(reason, 1)
                + "%s: line 1: %s\n\n".formatted(reason, detail)
                + SUMMARY.formatted(file, 0, 1));
    assertThat(complaints(result))
        .containsExactly("check: %s: no utterance can be used".formatted(file));
    assertThat(result.code()).isEqualTo(3);
  }

  private static String table(String reason, int utterances) {
    return "reason                 utterances  a run\n%-22s %10d  skips them\n\n"
        .formatted(reason, utterances);
  }

  private BuiltCommandLine.Result check(String manifest) throws Exception {
    Path file = cases.resolve(manifest);
    Path folder = file.getParent();
    return commandLine.in(
        folder,
        "check",
        "--train_manifest=" + file,
        "--vocab_path=" + folder.resolve("vocab.txt"),
        "--dataset-root=" + folder);
  }

  /** All are in the dataset root. */
  private BuiltCommandLine.Result prepare(Path folder, String... source) throws Exception {
    return commandLine.in(
        folder,
        Stream.concat(
                Stream.of("prepare", "--dataset-root=" + cases, "--count-threshold=1"),
                Stream.of(source))
            .toArray(String[]::new));
  }

  /** What stands on standard error beside how far the work is. */
  private static List<String> complaints(BuiltCommandLine.Result result) {
    return result
        .err()
        .lines()
        .filter(line -> !line.matches("[a-z_ ]+: \\d+ % \\(\\d+ of \\d+\\)"))
        .toList();
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> walk = Files.walk(cases)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
