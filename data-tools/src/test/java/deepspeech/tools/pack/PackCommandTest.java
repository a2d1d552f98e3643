package deepspeech.tools.pack;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.encoding.BatchFunction;
import deepspeech.speech.features.Float16;
import deepspeech.speech.storage.DatasetRoot;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackCommandTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void packedAudioGivesTheSameFeatures() throws Exception {
    // Given
    Corpus corpus = Corpus.in(folder).utterances(9);
    corpus.utterance("wav/long.wav", 19, "a").utterance("wav/longer.wav", 19.5, "b");
    corpus.utterance("wav/longest.wav", 19.9, "c");
    corpus.line("{\"audio_filepath\": \"wav/gone.wav\", \"duration\": 1, \"text\": \"a\"}");
    // When
    int code = pack();
    // Then
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .endsWith("12 utterances in 2 shards, 1 skipped\n");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("line 13: wav/gone.wav: the file does not exist");
    assertThat(folder.resolve("packed"))
        .isDirectoryContaining("glob:**/train-000001.tar")
        .isDirectoryContaining("glob:**/train-000002.tar")
        .isDirectoryNotContaining("glob:**/*.part");
    FeatureBatch packed = batch(specification("packed/manifest.train"));
    FeatureBatch loose = batch(specification(Corpus.MANIFEST));
    assertThat(packed.skipped()).isEmpty();
    assertThat(packed.features()).isEqualTo(loose.features());
    assertThat(packed.utterances()).isEqualTo(loose.utterances());
  }

  @ParameterizedTest
  @ValueSource(strings = {"flac", "wav"})
  void aTranscodedCorpusGivesTheFeaturesOfTheOriginalToWhat16BitsAllow(String format)
      throws Exception {
    // Given
    Corpus corpus = Corpus.in(folder).utterances(3);
    corpus.audio("wav/a.wav", WavBytes.pcm16(speechLike(44_100, 0.7f), 44_100), 1.1, "a");
    corpus.audio("wav/b.wav", floats(speechLike(48_000, 1.8f), 48_000), 1, "b");
    corpus.audio("wav/broken.wav", new byte[50], 1, "c");
    corpus.audio("wav/cut.wav", WavBytes.pcm16(speechLike(16_000, 0.5f), 16_000), 2, "c");
    // When
    int code = pack("--transcode=" + format);
    // Then
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("line 6: wav/broken.wav: the file has nothing but tags or zeros")
        .contains("line 7: wav/cut.wav: the audio lasts 1.00 s; the manifest says 2.0 s");
    assertThat(Files.readAllLines(folder.resolve("packed/manifest.train")))
        .hasSize(5)
        .anyMatch(
            line -> line.contains("#000000004." + format) && line.contains("\"duration\":1.0,"));
    FeatureBatch packed = batch(specification("packed/manifest.train"));
    FeatureBatch loose = batch(specification(Corpus.MANIFEST));
    assertThat(packed.skipped()).isEmpty();
    assertThat(packed.frames()).isEqualTo(loose.frames());
    assertThat(packed.texts()).isEqualTo(loose.texts());
    double error = 0;
    for (int i = 0; i < packed.features().length; i++) {
      double difference =
          Float16.toFloat(packed.features()[i]) - Float16.toFloat(loose.features()[i]);
      error += difference * difference;
    }
    assertThat(Math.sqrt(error / packed.features().length)).isLessThan(0.02);
  }

  @Test
  void aFormatThatIsNotWrittenIsRefused() throws Exception {
    // Given
    Corpus.in(folder).utterances(1);
    // When
    int code = pack("--transcode=mp3");
    // Then
    assertThat(code).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("pack: --transcode is mp3; allowed: flac or wav; see --help\n");
  }

  /** A second of noise under a swell. */
  private static float[] speechLike(int rate, float peak) {
    Random random = new Random(rate);
    float[] samples = new float[rate];
    for (int i = 0; i < rate; i++) {
      double swell = 0.1 + 0.9 * Math.abs(Math.sin(9.0 * i / rate));
      samples[i] = (float) (peak * swell * (2 * random.nextDouble() - 1));
    }
    return samples;
  }

  private static byte[] floats(float[] samples, int rate) {
    ByteBuffer data = ByteBuffer.allocate(4 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(samples);
    return new WavBytes().format(3, 1, rate, 32).chunk("data", data.array()).build();
  }

  @Test
  void aRecordingThatSegmentsAreOfIsPackedOnce() throws Exception {
    // Given
    Corpus corpus = Corpus.in(folder).utterance("wav/talk.wav", 3, "abc");
    for (String offset : new String[] {"0", "0.75", "1.5"}) {
      corpus.line(
          "{\"audio_filepath\": \"wav/talk.wav\", \"offset\": %s, \"duration\": 0.75, \"text\": \"ab\"}"
              .formatted(offset));
    }
    // When
    int code = pack();
    // Then
    assertThat(code).isZero();
    assertThat(Files.readString(folder.resolve("packed/manifest.train")))
        .contains("train-000001.tar#000000002.wav\",\"offset\":0.75,\"duration\":0.75");
    assertThat(Files.size(folder.resolve("packed/train-000001.tar"))).isLessThan(4 * 3 * 32_000);
    FeatureBatch packed = batch(specification("packed/manifest.train"));
    assertThat(packed.skipped()).isEmpty();
    assertThat(packed.features()).isEqualTo(batch(specification(Corpus.MANIFEST)).features());
  }

  @Test
  void theSameDataGiveTheSameBytes() throws Exception {
    // Given
    Corpus.in(folder).utterances(5);
    pack();
    Path shard = folder.resolve("packed/train-000001.tar");
    byte[] first = Files.readAllBytes(shard);
    // When
    pack();
    // Then
    assertThat(Files.readAllBytes(shard)).isEqualTo(first);
  }

  @Test
  void damagedShardsCostTheirUtterancesAndNothingElse() throws Exception {
    // Given
    Corpus.in(folder).utterances(5);
    pack();
    Path shard = folder.resolve("packed/train-000001.tar");
    byte[] whole = Files.readAllBytes(shard);
    Random random = new Random(4);
    for (int i = 0; i < 50; i++) {
      byte[] damaged = whole.clone();
      int reach = random.nextBoolean() ? 1024 : damaged.length;
      for (int change = 0; change < 8; change++) {
        damaged[random.nextInt(reach)] = (byte) random.nextInt(256);
      }
      Files.write(shard, damaged);
      // When
      FeatureBatch batch = batch(specification("packed/manifest.train"));
      // Then
      assertThat(batch.size() + batch.skipped().size()).isEqualTo(5);
      assertThat(batch.skipped())
          .allSatisfy(skipped -> assertThat(skipped.detail()).hasLineCount(1));
    }
  }

  @Test
  void wrongUsageAndWrongDataAreReportedInOneLine() throws Exception {
    // Given
    Corpus.in(folder);
    // When
    int empty = pack();
    int usage = run("--manifest", folder.resolve(Corpus.MANIFEST).toString());
    // Then
    assertThat(empty).isEqualTo(1);
    assertThat(usage).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .anyMatch(line -> line.endsWith("set/manifest.train: no audio can be packed"))
        .anyMatch(line -> line.startsWith("pack: Missing required option: '--output=FOLDER'"));
  }

  private int pack(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--manifest",
                folder.resolve(Corpus.MANIFEST).toString(),
                "--output",
                folder.resolve("packed").toString(),
                "--dataset-root",
                folder.toString(),
                "--shard-mb",
                "1"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(new String[0]));
  }

  private int run(String... arguments) {
    return PackCommand.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        arguments);
  }

  private FeatureBatch batch(DataSpecification specification) throws Exception {
    DatasetRoot root = new DatasetRoot(folder);
    ExecutorService decoder = Executors.newSingleThreadExecutor();
    try {
      DataSet dataSet = new DataSets(root).open(Split.TRAIN, specification);
      return new BatchFunction(root, decoder).batch(dataSet, new RunId("run-1"), 1, 0);
    } finally {
      decoder.shutdownNow();
    }
  }

  private static DataSpecification specification(String manifest) {
    return new DataSpecification(
        new DataFiles(manifest, Corpus.VOCABULARY, Corpus.MEAN_STD),
        new DurationLimits(0.1, 20),
        new Batching(20, "batch_shuffle"),
        TextRules.DEFAULT,
        7);
  }
}
