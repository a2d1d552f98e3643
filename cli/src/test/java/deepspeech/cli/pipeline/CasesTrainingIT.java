package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import deepspeech.cli.command.BuiltCommandLine;
import deepspeech.cli.command.CasesCopy;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.SampleTranscript;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small inputs that went wrong, trained on as a user does it. */
@Tag("integration")
class CasesTrainingIT {
  private static final String VOCABULARY = "shards/vocab.txt";
  private static final String STREAMED = "npz-streamed/mean_std.npz";

  /** What can be used as it is, and then what cannot. */
  private static final List<String> MANIFESTS =
      List.of(
          "wav-stream-size/manifest.train",
          "telephony/manifest.train",
          "id3-in-front/manifest.train",
          "ogg-recorders/manifest.train",
          "flac-escape/manifest.train",
          "nemo-offset/manifest.train",
          "nemo-offset/silently-whole.train",
          "shards/manifest.train",
          "manifest-messages/three-spellings.train",
          "manifest-messages/two-objects-on-a-line.train",
          "manifest-messages/backslash.train",
          "mp3-damage/manifest.train");

  @TempDir private static Path directory;
  private static Path cases;
  private static BuiltCommandLine commandLine;
  private static RunningPipeline pipeline;

  @BeforeAll
  static void start() throws Exception {
    commandLine = new BuiltCommandLine(directory);
    cases = directory.resolve("cases");
    CasesCopy.in(cases);
    pipeline = new RunningPipeline(directory, cases);
    pipeline.start(1);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void everyCheckpointOfARunWithCharactersBeyondTheFirstPlaneIsTested() throws Exception {
    // Given
    Path folder = cases.resolve("vocabulary-beyond-bmp");
    BuiltCommandLine.Result prepared =
        commandLine.in(folder, "prepare", "--manifest=manifest.train", "--count-threshold=1");
    assertThat(prepared.code()).as(prepared.err()).isZero();
    assertThat(Files.readAllLines(folder.resolve("zh_vocab.txt"))).contains("𨋢\t1", "𠮷\t1");

    // When
    String shown =
        train(
            "beyond",
            "--train_manifest=vocabulary-beyond-bmp/manifest.train",
            "--test_manifest=vocabulary-beyond-bmp/manifest.test",
            "--vocab_path=vocabulary-beyond-bmp/zh_vocab.txt",
            "--mean_std_path=vocabulary-beyond-bmp/mean_std.npz",
            "--num_epoch=2");

    // Then
    List<Evaluation> tests =
        pipeline.read(Topics.EVALUATIONS, Evaluation.class).stream()
            .filter(test -> test.run().value().equals("beyond"))
            .toList();
    assertThat(tests)
        .extracting(test -> test.checkpoint().toString())
        .containsExactly("epoch-0001", "epoch-0002")
        .containsExactlyElementsOf(checkpoints("beyond"));
    assertThat(tests)
        .flatExtracting(Evaluation::samples)
        .extracting(SampleTranscript::reference)
        .containsExactly("你好嗎", "你好嗎");
    assertThat(shown)
        .containsPattern("\nTest \\[.*], checkpoint: epoch-0001, test cer: ")
        .containsPattern("\nTest \\[.*], checkpoint: epoch-0002, test cer: ")
        .contains("\nBest model: epoch-000")
        .doesNotContain("Warning: ");
  }

  @Test
  void augmentationFilesOfThePythonProjectsTrainAndWhatIsOffOrChangesNothingIsAWarning()
      throws Exception {
    // When
    String withOff = trainAugmented("off", "augmentation-fields/bayesian-off.json");
    String withWarpMode = trainAugmented("warp-mode", "augmentation-fields/specaug-warp_mode.json");

    // Then
    assertThat(warnings(withOff))
        .containsExactly(
            "Warning: %s/augmentation-fields/bayesian-off.json: ".formatted(cases)
                + "entry 1 (bayesian_normal): prob is 0, which turns it off; if it were on, it would be refused:"
                + " entry 1: type is \"bayesian_normal\"; allowed: "
                + augmentationTypes());
    assertThat(warnings(withWarpMode))
        .containsExactly(
            "Warning: %s/augmentation-fields/specaug-warp_mode.json: ".formatted(cases)
                + "entry 1 (specaug): warp_mode changes nothing: time is not warped");
    // The weights are the same at first: it is the features that the masks have changed.
    assertThat(pipeline.losses("off").get(1L)).isNotEqualTo(pipeline.losses("warp-mode").get(1L));
  }

  @Test
  void aRunUsesAllThatCanBeUsedAndDeadLettersTheRestWithItsReason() throws Exception {
    // Given
    List<String> lines = new ArrayList<>();
    for (String manifest : MANIFESTS) {
      lines.addAll(linesOf(manifest));
    }
    lines.add(
        "{\"audio_filepath\": \"mp3-damage/mono-then-stereo.mp3\", \"duration\": 3.6,"
            + " \"text\": \"one four five one four five\"}");
    Path all = cases.resolve("all.train");
    Files.write(all, lines);
    assertThat(lines).hasSize(23);

    // When
    String shown = train("all", common("all.train"));

    // Then
    RunState end = pipeline.runState(new RunId("all"));
    assertThat(end.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(end.trainingSamples()).isEqualTo(21);
    assertThat(end.skipped())
        .isEqualTo(
            Map.of(
                SkipReason.DUPLICATE_PATH, 1,
                SkipReason.MALFORMED_LINE, 1,
                SkipReason.MISSING_AUDIO, 1,
                SkipReason.BROKEN_AUDIO, 2));
    assertThat(end.warnings()).isEmpty();
    assertThat(pipeline.read(Topics.DEAD_LETTERS, DeadLetter.class))
        .filteredOn(letter -> "all".equals(letter.run()))
        .extracting(DeadLetter::utterance, DeadLetter::reason, DeadLetter::detail)
        .containsExactlyInAnyOrder(
            tuple(
                19L,
                "duplicate_path",
                all + " line 19: manifest-messages/./a.wav is already on line 18"),
            tuple(
                20L,
                "malformed_line",
                all
                    + " line 20: more than one JSON value: {\"audio_filepath\": \"... follows at"
                    + " column 91; one JSON object is expected"),
            tuple(
                21L,
                "missing_audio",
                "manifest-messages/.\\a.wav: the file does not exist; write / and not \\ between"
                    + " folders"),
            tuple(
                22L,
                "broken_audio",
                "mp3-damage/garbage-in-the-middle.mp3: the MP3 file has something other than a frame"
                    + " after frame 36"),
            tuple(
                23L,
                "broken_audio",
                "mp3-damage/mono-then-stereo.mp3: the MP3 file changes from 48000 Hz mono to 32000 Hz"
                    + " stereo at frame 75"));
    assertThat(shown)
        .contains("\nSkipped: %s line 20: more than one JSON value: ".formatted(all))
        .endsWith(
            "\nskipped: 2 broken_audio, 1 malformed_line, 1 duplicate_path, 1 missing_audio\n");
    assertThat(pipeline.folderOf("runs/all/checkpoints/epoch-0001").resolve("mean_std.npz"))
        .hasBinaryContent(Files.readAllBytes(cases.resolve(STREAMED)));
  }

  /** The types of augmentation: those of the example, which has every type. */
  private static String augmentationTypes() throws Exception {
    byte[] example = Files.readAllBytes(Path.of("../speech-data/conf/augmentation.json"));
    return Json.readTree(example).findValuesAsText("type").stream()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String trainAugmented(String run, String file) throws Exception {
    return train(
        run,
        Stream.concat(
                Stream.of(common("wav-stream-size/manifest.train")),
                Stream.of("--augment_conf_path=" + file))
            .toArray(String[]::new));
  }

  /** Arguments of a run that is not tested. */
  private static String[] common(String manifest) {
    return new String[] {
      "--train_manifest=" + manifest,
      "--vocab_path=" + VOCABULARY,
      "--mean_std_path=" + STREAMED,
      "--test_off=True",
      "--num_epoch=1"
    };
  }

  /** Trains a tiny network to the end, and returns what the user has seen of it. */
  private static String train(String run, String... arguments) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train",
                run,
                "--watch",
                "--bootstrap-servers=" + pipeline.state().bootstrapServers(),
                "--num_rnn_layers=1",
                "--rnn_layer_size=32",
                "--batch_size=2",
                "--log_interval=1",
                "--use_gpu=False"));
    all.addAll(List.of(arguments));
    if (all.stream().noneMatch(argument -> argument.startsWith("--augment_conf_path"))) {
      all.add("--augment_conf_path=None");
    }
    BuiltCommandLine.Result result = commandLine.in(directory, all.toArray(String[]::new));
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).contains("\nRun %s: finished, last checkpoint ".formatted(run));
    return result.out();
  }

  private static List<String> checkpoints(String run) throws InterruptedException {
    return pipeline.read(Topics.CHECKPOINTS, CheckpointCommitted.class).stream()
        .filter(event -> event.run().value().equals(run))
        .map(event -> event.checkpoint().toString())
        .toList();
  }

  private static List<String> warnings(String shown) {
    return shown.lines().filter(line -> line.startsWith("Warning: ")).toList();
  }

  /** The lines of a manifest for one in the folder above. */
  private static List<String> linesOf(String manifest) throws Exception {
    Path file = cases.resolve(manifest);
    String folder = cases.relativize(file.getParent()).toString();
    return Files.readAllLines(file).stream()
        .map(
            line -> line.replace("\"audio_filepath\": \"", "\"audio_filepath\": \"" + folder + "/"))
        .toList();
  }
}
