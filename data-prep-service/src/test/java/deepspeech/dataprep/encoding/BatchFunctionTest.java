package deepspeech.dataprep.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import deepspeech.dataprep.audio.WavBytes;
import deepspeech.dataprep.dataset.Corpus;
import deepspeech.dataprep.dataset.DataSet;
import deepspeech.dataprep.dataset.DataSets;
import deepspeech.dataprep.features.Float16;
import deepspeech.dataprep.features.Numpy;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.LeftOut;
import deepspeech.messages.features.Split;
import deepspeech.messages.features.TextNormalisation;
import deepspeech.messages.features.UnknownCharacters;
import deepspeech.messages.run.RunId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchFunctionTest {
  private static final RunId RUN = new RunId("run-1");

  @TempDir private Path folder;
  private Corpus corpus;
  private final ExecutorService two = Executors.newFixedThreadPool(2);
  private final ExecutorService one = Executors.newSingleThreadExecutor();

  @BeforeEach
  void make() throws Exception {
    corpus = Corpus.in(folder);
  }

  @AfterEach
  void end() {
    two.shutdownNow();
    one.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"instance_shuffle", "batch_shuffle", "batch_shuffle_clipped"})
  void aBatchHasTheSameBytesInEveryReplicaInEveryOrderAndOnAnyNumberOfThreads(String method)
      throws Exception {
    // Given
    corpus.utterances(23).audio("wav/broken.wav", new byte[40], 0.6, "a");
    DataSet here = open(Split.TRAIN, method);
    DataSet there = open(Split.TRAIN, method);
    BatchFunction first = new BatchFunction(new DatasetRoot(folder), two);
    BatchFunction second = new BatchFunction(new DatasetRoot(folder), one);
    // When
    List<FeatureBatchPart> forward = new ArrayList<>();
    for (int epoch = 1; epoch <= 3; epoch++) {
      for (int batch = 0; batch < here.batches(epoch); batch++) {
        forward.addAll(FeatureBatchCodec.encode(first.batch(here, RUN, epoch, batch)));
      }
    }
    List<FeatureBatchPart> backward = new ArrayList<>();
    for (int epoch = 3; epoch >= 1; epoch--) {
      for (int batch = there.batches(epoch) - 1; batch >= 0; batch--) {
        backward.addAll(0, FeatureBatchCodec.encode(second.batch(there, RUN, epoch, batch)));
      }
    }
    // Then
    assertThat(forward).hasSameSizeAs(backward).hasSizeGreaterThanOrEqualTo(15);
    for (int i = 0; i < forward.size(); i++) {
      assertThat(forward.get(i).body()).isEqualTo(backward.get(i).body());
      assertThat(forward.get(i).headers()).isEqualTo(backward.get(i).headers());
    }
  }

  @Test
  void anEpochHasEveryUtteranceOnceTheLongestFirst() throws Exception {
    // Given
    corpus.utterances(23);
    DataSet dataSet = open(Split.TRAIN, "batch_shuffle_clipped");
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    // When
    List<Long> lines = new ArrayList<>();
    List<Integer> frames = new ArrayList<>();
    for (int batch = 0; batch < dataSet.batches(1); batch++) {
      FeatureBatch made = function.batch(dataSet, RUN, 1, batch);
      Arrays.stream(made.utterances()).forEach(lines::add);
      Arrays.stream(made.frames()).forEach(frames::add);
    }
    // Then
    assertThat(lines).hasSize(23).doesNotHaveDuplicates();
    assertThat(frames).isSortedAccordingTo((a, b) -> b - a);
  }

  /** The reference was computed in float64 with numpy 1.24; the corpus has mean -12 and std 3. */
  @Test
  void theFeaturesAreTheNormalisedReferenceSpectrogramToThePrecisionOfAHalf() throws Exception {
    // Given
    corpus.audio("wav/signal.wav", Numpy.bytes("/audio/signal-16k.wav"), 1.2345, "ab c");
    double[] reference = Numpy.read("/features/signal-16k.linear-spectrogram.npy");
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    // When
    FeatureBatch batch = function.batch(open(Split.TRAIN, "batch_shuffle"), RUN, 1, 0);
    // Then
    assertThat(batch.frames()).containsExactly(122);
    assertThat(batch.labels()).containsExactly(1, 2, 4, 3);
    assertThat(batch.labelLengths()).containsExactly(4);
    assertThat(batch.texts()).containsExactly("ab c");
    for (int i = 0; i < reference.length; i++) {
      double expected = (reference[i] + 12) / 3;
      assertThat((double) Float16.toFloat(batch.features()[i]))
          .isCloseTo(expected, within(1e-3 / 3 + Math.abs(expected) / 2048));
    }
  }

  @Test
  void everyPlantedDamageIsLeftOutWithItsReasonAndTheRestIsKept() throws Exception {
    // Given
    byte[] good = WavBytes.pcm16(noise(8000), 16000);
    corpus
        .utterances(2)
        .line("{\"audio_filepath\": \"wav/missing.wav\", \"duration\": 0.5, \"text\": \"a\"}")
        .audio("wav/truncated.wav", Arrays.copyOf(good, 4000), 0.5, "a")
        .audio("wav/empty.wav", new byte[0], 0.5, "a")
        .audio("wav/text.wav", "no audio".getBytes(StandardCharsets.UTF_8), 0.5, "a")
        .audio("wav/silent.wav", WavBytes.pcm16(new float[8000], 16000), 0.5, "a")
        .audio("wav/short.wav", WavBytes.pcm16(noise(300), 16000), 0.5, "a")
        .audio("wav/below.wav", WavBytes.pcm16(noise(1000), 16000), 0.5, "a")
        .audio("wav/above.wav", WavBytes.pcm16(noise(21 * 16000), 16000), 0.5, "a")
        .audio("wav/endless.wav", WavBytes.pcm16(noise(31 * 16000), 16000), 0.5, "a")
        .audio("wav/stretched.wav", good, 0.8, "a")
        .audio("wav/rounded.wav", good, 0.7, "a")
        .line("{\"audio_filepath\": \"wav\", \"duration\": 0.5, \"text\": \"a\"}")
        .audio("wav/crowded.wav", good, 0.5, "abcabcabcabcabcabcab")
        .audio("wav/nan.wav", nan(), 0.5, "a")
        .audio("wav/claim.wav", Arrays.copyOf(claimingTwoGigabytes(), 100), 0.5, "a")
        .audio("wav/half-rate.wav", WavBytes.pcm16(noise(8000), 8000), 0.5, "a")
        .line("{\"audio_filepath\": \"no.tar#a.wav\", \"duration\": 0.5, \"text\": \"a\"}");
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    // When
    FeatureBatch batch = function.batch(open(Split.TRAIN, 20, "batch_shuffle"), RUN, 1, 0);
    // Then
    assertThat(batch.utterances()).containsExactlyInAnyOrder(1L, 2L, 13L);
    assertThat(batch.leftOut())
        .extracting(LeftOut::path, LeftOut::reason)
        .containsExactlyInAnyOrder(
            tuple("wav/missing.wav", LeftOutReason.MISSING_AUDIO),
            tuple("wav/truncated.wav", LeftOutReason.BROKEN_AUDIO),
            tuple("wav/empty.wav", LeftOutReason.BROKEN_AUDIO),
            tuple("wav/text.wav", LeftOutReason.BROKEN_AUDIO),
            tuple("wav/silent.wav", LeftOutReason.SILENT),
            tuple("wav/short.wav", LeftOutReason.TOO_SHORT),
            tuple("wav/below.wav", LeftOutReason.TOO_SHORT),
            tuple("wav/above.wav", LeftOutReason.TOO_LONG),
            tuple("wav/endless.wav", LeftOutReason.TOO_LONG),
            tuple("wav/stretched.wav", LeftOutReason.WRONG_DURATION),
            tuple("wav", LeftOutReason.MISSING_AUDIO),
            tuple("wav/crowded.wav", LeftOutReason.LABELS_EXCEED_FRAMES),
            tuple("wav/nan.wav", LeftOutReason.BROKEN_AUDIO),
            tuple("wav/claim.wav", LeftOutReason.BROKEN_AUDIO),
            tuple("wav/half-rate.wav", LeftOutReason.WRONG_DURATION),
            tuple("no.tar#a.wav", LeftOutReason.MISSING_AUDIO));
    assertThat(batch.leftOut())
        .allSatisfy(
            leftOut ->
                assertThat(leftOut.detail()).startsWith(leftOut.path() + ": ").hasLineCount(1));
    assertThat(batch.leftOut())
        .extracting(LeftOut::detail)
        .contains(
            "wav/crowded.wav: the text needs 20 output frames; the audio of 0.50 s has 17",
            "wav/stretched.wav: the audio lasts 0.50 s; the manifest says 0.8 s",
            "wav: is a directory, not a file",
            "wav/silent.wav: the audio is digital silence");
  }

  @Test
  void aTestUtteranceWithMoreLabelsThanOutputFramesIsKept() throws Exception {
    // Given
    corpus.utterance("wav/crowded.wav", 0.3, "abcabcabcabcabc");
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    // When
    FeatureBatch batch = function.batch(open(Split.TEST, "batch_shuffle"), RUN, 1, 0);
    // Then
    assertThat(batch.size()).isEqualTo(1);
    assertThat(batch.leftOut()).isEmpty();
  }

  @Test
  void repeatedLabelsNeedABlankBetweenThem() throws Exception {
    // Given
    corpus.utterance("wav/a.wav", 0.3, "aaaaaa").utterance("wav/b.wav", 0.31, "ababababab");
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    // When
    FeatureBatch batch = function.batch(open(Split.TRAIN, "batch_shuffle"), RUN, 1, 0);
    // Then
    assertThat(batch.utterances()).containsExactly(2L);
    assertThat(batch.leftOut())
        .extracting(LeftOut::utterance, LeftOut::reason)
        .containsExactly(tuple(1L, LeftOutReason.LABELS_EXCEED_FRAMES));
  }

  @Test
  void aBatchOfWhichNothingIsLeftIsOneEmptyPart() throws Exception {
    // Given
    corpus.audio("wav/broken.wav", new byte[9], 0.5, "a");
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    // When
    FeatureBatch batch = function.batch(open(Split.TRAIN, "batch_shuffle"), RUN, 1, 0);
    // Then
    assertThat(batch.size()).isZero();
    assertThat(batch.leftOut()).hasSize(1);
    assertThat(FeatureBatchCodec.encode(batch)).hasSize(1);
  }

  @Test
  void everyPartStaysBelowAMillionBytesAndAThirtySecondUtteranceFits() throws Exception {
    // Given
    for (int i = 0; i < 3; i++) {
      corpus.audio("wav/%d.wav".formatted(i), WavBytes.pcm16(noise(480_000), 16000), 30, "ab");
    }
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    DataSet dataSet =
        new DataSets(new DatasetRoot(folder))
            .open(
                Split.TEST,
                new DataSpecification(
                    Corpus.MANIFEST,
                    Corpus.VOCABULARY,
                    Corpus.MEAN_STD,
                    null,
                    0,
                    30,
                    8,
                    null,
                    1,
                    "batch_shuffle",
                    TextNormalisation.KEEP,
                    UnknownCharacters.DROP_CHARACTER,
                    1));
    // When
    FeatureBatch batch = function.batch(dataSet, RUN, 1, 0);
    List<FeatureBatchPart> parts = FeatureBatchCodec.encode(batch);
    // Then
    assertThat(batch.frames()).containsExactly(2999, 2999, 2999);
    assertThat(parts).hasSize(3);
    assertThat(parts).allSatisfy(part -> assertThat(part.body().length).isLessThan(1_000_000));
    assertThat(FeatureBatchCodec.decode(parts).features()).isEqualTo(batch.features());
  }

  @Test
  void aBatchThatTheEpochDoesNotHaveIsRefused() throws Exception {
    // Given
    corpus.utterances(3);
    DataSet dataSet = open(Split.TRAIN, "batch_shuffle");
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    // When
    // Then
    assertThatThrownBy(() -> function.batch(dataSet, RUN, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch is 1; epoch 1 has the batches 0 to 0");
  }

  private DataSet open(Split split, String method) throws Exception {
    return open(split, 4, method);
  }

  private DataSet open(Split split, int batchSize, String method) throws Exception {
    return new DataSets(new DatasetRoot(folder))
        .open(split, corpus.specification(batchSize, method));
  }

  private static float[] noise(int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.1 * Math.sin(i * i * 0.001));
    }
    return samples;
  }

  private static byte[] claimingTwoGigabytes() {
    return new WavBytes().format(1, 1, 16000, 16).chunk("data", 1L << 31, new byte[200]).build();
  }

  private static byte[] nan() {
    byte[] data = new byte[32000];
    Arrays.fill(data, (byte) 0xFF);
    return new WavBytes().format(3, 1, 16000, 32).chunk("data", data).build();
  }
}
