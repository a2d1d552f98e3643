package deepspeech.speech.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.speech.PlantedCorpus;
import deepspeech.speech.PlantedCorpus.Planted;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.dataset.UsableUtterance;
import deepspeech.speech.features.Float16;
import deepspeech.speech.features.Numpy;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
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
  void everyPlantedDamageIsSkippedWithItsReasonAndTheRestIsKept() throws Exception {
    // Given
    PlantedCorpus planted = PlantedCorpus.in(folder);
    DataSet dataSet =
        new DataSets(new DatasetRoot(folder)).open(Split.TRAIN, planted.specification(100));
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    // When
    FeatureBatch batch = function.batch(dataSet, RUN, 1, 0);
    // Then
    assertThat(Arrays.stream(batch.utterances()).boxed())
        .containsExactlyInAnyOrderElementsOf(planted.sound().keySet());
    List<SkippedUtterance> skipped =
        Stream.of(dataSet.skipped(), batch.skipped())
            .flatMap(List::stream)
            .sorted(Comparator.comparingLong(SkippedUtterance::utterance))
            .toList();
    assertThat(skipped)
        .zipSatisfy(
            planted.planted(),
            (found, expected) -> {
              assertThat(found.utterance()).isEqualTo(expected.line());
              assertThat(found.path()).isEqualTo(expected.path());
              assertThat(found.reason()).as(expected.toString()).isEqualTo(expected.reason());
              assertThat(found.detail()).contains(expected.detail()).hasLineCount(1);
            });
    assertThat(dataSet.skipped())
        .hasSize((int) planted.planted().stream().filter(Planted::inManifest).count());
  }

  @Test
  void aDamagedFileTakesMemoryForWhatItHasAndNotForWhatItClaims() throws Exception {
    // Given
    PlantedCorpus planted = PlantedCorpus.in(folder);
    DataStorage storage = DataStorage.under(new DatasetRoot(folder));
    DataSet dataSet = new DataSets(storage).open(Split.TRAIN, planted.specification(100));
    UtteranceAudio audio = new UtteranceAudio(storage, new AudioReader(16_000, 30));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int damaged = 0;
    // When
    for (UsableUtterance usable : dataSet.utterances()) {
      String path = usable.utterance().audioFilepath();
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        var unused = audio.read(dataSet.manifest(), Split.TRAIN, dataSet.specification(), usable);
      } catch (UnusableAudioException e) {
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        // Then
        File file = folder.resolve("set").resolve(path.replaceFirst("#.*", "")).toFile();
        assertThat(allocated).as(path).isLessThan(4 * file.length() + 500_000);
        damaged++;
      }
    }
    // Silence is found later.
    assertThat(damaged)
        .isEqualTo(planted.planted().stream().filter(p -> !p.inManifest()).count() - 1);
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
    assertThat(batch.skipped()).isEmpty();
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
    assertThat(batch.skipped())
        .extracting(SkippedUtterance::utterance, SkippedUtterance::reason)
        .containsExactly(tuple(1L, SkipReason.LABELS_EXCEED_FRAMES));
  }

  @Test
  void aBatchWithoutUtterancesIsOneEmptyPart() throws Exception {
    // Given
    corpus.audio("wav/broken.wav", new byte[9], 0.5, "a");
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    // When
    FeatureBatch batch = function.batch(open(Split.TRAIN, "batch_shuffle"), RUN, 1, 0);
    // Then
    assertThat(batch.size()).isZero();
    assertThat(batch.skipped()).hasSize(1);
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
                    new DataFiles(Corpus.MANIFEST, Corpus.VOCABULARY, Corpus.MEAN_STD),
                    new DurationLimits(0, 30),
                    new Batching(8, "batch_shuffle"),
                    TextRules.DEFAULT,
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
}
