package deepspeech.tools.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.features.MeanStd;
import deepspeech.speech.features.MeanStdFile;
import deepspeech.speech.features.Numpy;
import deepspeech.speech.manifest.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareCommandTest {
  @TempDir private Path folder;
  private Corpus corpus;
  private Path manifest;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void make() throws Exception {
    corpus = Corpus.in(folder);
    manifest = folder.resolve(Corpus.MANIFEST);
  }

  @Test
  void theVocabularyHasTheBlankFirstAndThenTheCharactersByCount() throws Exception {
    // Given
    corpus.utterance("wav/1.wav", 0.4, " cab 近a").utterance("wav/2.wav", 0.4, "ba近\\t");
    // When
    int code =
        run(
            "--manifest=" + manifest,
            "--vocab-path=" + folder.resolve("v.txt"),
            "--count-threshold=1");
    // Then
    assertThat(code).isZero();
    assertThat(folder.resolve("v.txt")).hasContent("<blank>\t-1\na\t3\nb\t2\n近\t2\n \t1\nc\t1\n");
    assertThat(Vocabulary.read(Files.readAllBytes(folder.resolve("v.txt")), "v").tokens())
        .containsExactly("<blank>", "a", "b", "近", " ", "c");
  }

  @Test
  void rareCharactersAreNotInTheVocabulary() throws Exception {
    // Given
    corpus.utterance("wav/1.wav", 0.4, "abab").utterance("wav/2.wav", 0.4, "ac");
    // When
    run("--manifest", manifest.toString());
    // Then
    assertThat(folder.resolve("set/zh_vocab.txt")).hasContent("<blank>\t-1\na\t3\nb\t2\n");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains(
            "zh_vocab.txt: 3 tokens; 1 characters that occur less than 2 times do not become tokens");
  }

  /** The reference spectrogram was computed in float64 with numpy 1.24. */
  @Test
  void theStatisticsAreThoseOfTheReferenceSpectrogram() throws Exception {
    // Given
    corpus.audio("wav/signal.wav", Numpy.bytes("/audio/signal-16k.wav"), 1.2345, "abab");
    double[] reference = Numpy.read("/features/signal-16k.linear-spectrogram.npy");
    // When
    int code = run("--manifest=" + manifest);
    // Then
    assertThat(code).isZero();
    MeanStd statistics =
        MeanStdFile.read(Files.readAllBytes(folder.resolve(Corpus.MEAN_STD)), "mean_std");
    for (int bin = 0; bin < 161; bin++) {
      double mean = 0;
      double square = 0;
      for (int frame = 0; frame < 122; frame++) {
        mean += reference[frame * 161 + bin] / 122;
        square += Math.pow(reference[frame * 161 + bin], 2) / 122;
      }
      assertThat(statistics.mean(bin)).isCloseTo(mean, within(1e-4));
      assertThat(statistics.std(bin)).isCloseTo(Math.sqrt(square - mean * mean), within(1e-4));
    }
  }

  @Test
  void theSameDataGiveTheSameBytesOnAnyNumberOfThreads() throws Exception {
    // Given
    corpus.utterances(25);
    List<byte[]> files = new ArrayList<>();
    // When
    for (String threads : new String[] {"1", "2", "7"}) {
      Path file = folder.resolve(threads + ".npz");
      run("--manifest=" + manifest, "--mean-std-path=" + file, "--threads=" + threads);
      files.add(Files.readAllBytes(file));
    }
    // Then
    assertThat(files.get(1)).isEqualTo(files.get(0));
    assertThat(files.get(2)).isEqualTo(files.get(0));
  }

  @Test
  void aNumberOfSamplesIsSpreadEvenlyOverTheManifest() throws Exception {
    // Given
    corpus.utterances(4);
    Path all = folder.resolve("all.npz");
    Path some = folder.resolve("some.npz");
    // When
    run("--manifest=" + manifest, "--mean-std-path=" + some, "--num-samples=2");
    List<String> lines = Files.readAllLines(manifest);
    Files.write(manifest, List.of(lines.get(0), lines.get(2)));
    run("--manifest=" + manifest, "--mean-std-path=" + all);
    // Then
    assertThat(some).hasSameBinaryContentAs(all);
  }

  @Test
  void unusableUtterancesAreReportedAndSkipped() throws Exception {
    // Given
    corpus.utterances(3).line("not json").audio("wav/broken.wav", new byte[30], 0.5, "ab");
    // When
    int code = run("--manifest=" + manifest);
    // Then
    assertThat(code).isZero();
    assertThat(errors())
        .contains(manifest + " line 4: not JSON")
        .contains("skipped 1 utterances: {malformed_line=1}")
        .contains(manifest + " line 5: wav/broken.wav: the file has nothing but tags or zeros")
        .contains("skipped 1 utterances: {broken_audio=1}");
  }

  @Test
  void dataWithoutAnythingUsableEndInOneLineAndExitCodeOne() throws Exception {
    // Given
    Path missing = folder.resolve("set/none");
    corpus.audio("wav/broken.wav", new byte[30], 0.5, "abab");
    // When
    int noAudio = run("--manifest=" + manifest);
    int noFile = run("--manifest=" + missing);
    int outside = run("--manifest=" + manifest, "--dataset-root=" + folder.resolve("set/wav"));
    // Then
    assertThat(noAudio).isEqualTo(1);
    assertThat(noFile).isEqualTo(1);
    assertThat(outside).isEqualTo(1);
    assertThat(errors())
        .contains("prepare: %s: no audio can be used".formatted(manifest))
        .contains("prepare: --manifest: %s: does not exist".formatted(missing))
        .contains("prepare: --manifest: %s: lies outside the dataset root".formatted(manifest))
        .doesNotContain("\tat ");
  }

  @Test
  void wrongUsageEndsInOneLineAndExitCodeTwo() {
    // Given
    String wrong = "--count-threshold=few";
    // When
    int code = run("--manifest=" + manifest, wrong);
    int nothing = run();
    int unknown = run("--manifest=" + manifest, "--nonsense");
    int zero = run("--manifest=" + manifest, "--threads=0");
    int neither = run("--threads=2");
    int rule = run("--manifest=" + manifest, "--text_normalisation=upper");
    int objectList = run("--annotations=s3://speech/a");
    int nowhere = run("--manifest=s3://speech/manifest.train");
    // Then
    assertThat(List.of(code, nothing, unknown, zero, neither, rule, objectList, nowhere))
        .containsOnly(2);
    assertThat(errors())
        .contains("prepare: Invalid value for option '--count-threshold'")
        .contains(
            "prepare: exactly one of --annotations, --manifest and --corpus is needed; see --help")
        .contains(
            "prepare: text_normalisation: \"upper\" given, allowed: keep, mandarin or lower_case")
        .contains(
            "prepare: Invalid value for option '--annotations': 's3://speech/a' is an object; a path on"
                + " this machine is expected; see --help")
        .contains("prepare: --output is needed where --manifest is an object; see --help")
        .contains("prepare: Unknown option: '--nonsense'; see --help")
        .contains("prepare: --threads: 0 given, allowed: at least 1");
  }

  private int run(String... arguments) {
    return PrepareCommand.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        arguments);
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
