package deepspeech.speech.encoding;

import static org.assertj.core.api.Assertions.assertThat;

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
import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.features.Numpy;
import deepspeech.speech.storage.DatasetRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

class AugmentedBatchTest {
  private static final RunId RUN = new RunId("run-1");
  private static final String CONF = "conf/augmentation.json";

  @TempDir private Path folder;
  private Corpus corpus;
  private final ExecutorService two = Executors.newFixedThreadPool(2);
  private final ExecutorService one = Executors.newSingleThreadExecutor();

  @BeforeEach
  void make() throws Exception {
    corpus = Corpus.in(folder).utterances(12);
    Files.createDirectories(folder.resolve("dataset"));
    Files.createDirectories(folder.resolve("conf"));
    corpus.file(
        "dataset/manifest.noise",
        """
        {"audio_filepath": "set/wav/good-0.wav", "duration": 0.3, "text": "noise"}
        {"audio_filepath": "set/wav/missing.wav", "duration": 0.3}
        {"audio_filepath": "set/wav/good-7.wav", "duration": 0.3}
        """);
    Files.write(folder.resolve(CONF), Numpy.bytes("/augmentation/python-augmentation.json"));
  }

  @AfterEach
  void end() {
    two.shutdownNow();
    one.shutdownNow();
  }

  @Test
  void anAugmentedBatchHasTheSameBytesInEveryReplicaInEveryOrderAndOnAnyNumberOfThreads()
      throws Exception {
    // Given
    DataSet here = open(Split.TRAIN, CONF);
    DataSet there = open(Split.TRAIN, CONF);
    BatchFunction first = new BatchFunction(new DatasetRoot(folder), two);
    BatchFunction second = new BatchFunction(new DatasetRoot(folder), one);
    // When
    List<byte[]> forward = new ArrayList<>();
    for (int epoch = 1; epoch <= 4; epoch++) {
      for (int batch = 0; batch < here.batches(epoch); batch++) {
        forward.add(bytes(first.batch(here, RUN, epoch, batch)));
      }
    }
    List<byte[]> backward = new ArrayList<>();
    for (int epoch = 4; epoch >= 1; epoch--) {
      for (int batch = there.batches(epoch) - 1; batch >= 0; batch--) {
        backward.add(0, bytes(second.batch(there, RUN, epoch, batch)));
      }
    }
    // Then
    assertThat(forward).hasSize(12);
    for (int i = 0; i < forward.size(); i++) {
      assertThat(forward.get(i)).isEqualTo(backward.get(i));
    }
  }

  @Test
  void everyEpochIsDifferentAndDifferentFromWhatWasNotAugmented() throws Exception {
    // Given
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    DataSet augmented = open(Split.TRAIN, CONF);
    List<short[]> epochs = new ArrayList<>();
    // When
    epochs.add(features(function, open(Split.TRAIN, null), 1, 5));
    for (int epoch = 1; epoch <= 4; epoch++) {
      epochs.add(features(function, augmented, epoch, 5));
    }
    // Then
    for (int i = 0; i < epochs.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(epochs.get(i)).isNotEqualTo(epochs.get(j));
      }
    }
  }

  @Test
  void aTestSplitHasTheBytesThatItHasWithoutAugmentation() throws Exception {
    // Given
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    // When
    FeatureBatch with = function.batch(open(Split.TEST, CONF), RUN, 1, 0);
    FeatureBatch without = function.batch(open(Split.TEST, null), RUN, 1, 0);
    // Then
    assertThat(with.features()).isEqualTo(without.features());
    assertThat(with.frames()).isEqualTo(without.frames());
  }

  @Test
  void specaugActsOnTheNormalisedFeaturesWhereverItStandsInTheFile() throws Exception {
    // Given
    String volume =
        "{\"type\": \"volume\", \"params\": {\"min_gain_dBFS\": 6.0206,"
            + " \"max_gain_dBFS\": 6.0206}, \"prob\": 1}";
    String specaug =
        "{\"type\": \"specaug\", \"params\": {\"F\": 161, \"T\": 10, \"n_freq_masks\": 1,"
            + " \"n_time_masks\": 1, \"W\": 3}, \"prob\": 1}";
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    conf("[" + specaug + "," + volume + "]");
    // When
    short[] before = features(function, open(Split.TRAIN, CONF), 1, 5);
    conf("[" + volume + "," + specaug + "]");
    short[] after = features(function, open(Split.TRAIN, CONF), 1, 5);
    // Then
    assertThat(after).isEqualTo(before);
    int frames = before.length / 161;
    boolean[] masked = new boolean[161];
    Arrays.fill(masked, true);
    for (int i = 0; i < before.length; i++) {
      masked[i % 161] &= before[i] == 0;
    }
    int first = 0;
    while (first < 161 && !masked[first]) {
      first++;
    }
    int last = 160;
    while (last >= 0 && !masked[last]) {
      last--;
    }
    assertThat(frames).isGreaterThan(20);
    assertThat(last - first).isPositive();
    for (int bin = first; bin <= last; bin++) {
      assertThat(masked[bin]).isTrue();
    }
  }

  @Test
  void anUtteranceThatWouldGetTooShortForItsLabelsKeepsItsSpeedAndIsNotSkipped() throws Exception {
    // Given
    corpus.utterance("wav/full.wav", 0.3, "abcabcabca");
    conf(
        "[{\"type\": \"speed\", \"params\": {\"min_speed_rate\": 1.1, \"max_speed_rate\": 1.1},"
            + " \"prob\": 1}]");
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    DataSet dataSet = open(Split.TRAIN, CONF);
    // When
    FeatureBatch shortest = function.batch(dataSet, RUN, 1, dataSet.batches(1) - 1);
    FeatureBatch longest = function.batch(dataSet, RUN, 1, 0);
    // Then
    assertThat(shortest.skipped()).isEmpty();
    assertThat(shortest.utterances()).contains(13);
    for (int i = 0; i < shortest.size(); i++) {
      if (shortest.utterances()[i] == 13) {
        assertThat(shortest.frames()[i]).isEqualTo(29);
      }
    }
    double seconds =
        dataSet.utterances().get((int) longest.utterances()[0] - 1).utterance().duration();
    assertThat(longest.frames()[0]).isLessThan((int) (seconds * 100 / 1.09));
  }

  @Test
  void noiseMakesNoUtteranceOfSilence() throws Exception {
    // Given
    corpus.audio("wav/silent.wav", WavBytes.pcm16(new float[8000], 16000), 0.5, "a");
    conf(
        "[{\"type\": \"noise\", \"params\": {\"min_snr_dB\": 0, \"max_snr_dB\": 0,"
            + " \"noise_manifest_path\": \"dataset/manifest.noise\"}, \"prob\": 1}]");
    BatchFunction function = new BatchFunction(new DatasetRoot(folder), two);
    DataSet dataSet = open(Split.TRAIN, CONF);
    List<SkippedUtterance> skipped = new ArrayList<>();
    // When
    for (int batch = 0; batch < dataSet.batches(1); batch++) {
      skipped.addAll(function.batch(dataSet, RUN, 1, batch).skipped());
    }
    // Then
    assertThat(skipped).extracting(SkippedUtterance::reason).containsExactly(SkipReason.SILENT);
  }

  private void conf(String content) throws Exception {
    Files.write(folder.resolve(CONF), content.getBytes(StandardCharsets.UTF_8));
  }

  /** The features of the utterance on a line. */
  private static short[] features(BatchFunction function, DataSet dataSet, int epoch, long line)
      throws InterruptedException {
    for (int number = 0; number < dataSet.batches(epoch); number++) {
      FeatureBatch batch = function.batch(dataSet, RUN, epoch, number);
      int from = 0;
      for (int i = 0; i < batch.size(); i++) {
        int to = from + 161 * batch.frames()[i];
        if (batch.utterances()[i] == line) {
          return Arrays.copyOfRange(batch.features(), from, to);
        }
        from = to;
      }
    }
    throw new IllegalStateException("no utterance on line " + line);
  }

  private static byte[] bytes(FeatureBatch batch) {
    List<FeatureBatchPart> parts = FeatureBatchCodec.encode(batch);
    assertThat(parts).hasSize(1);
    return parts.get(0).body();
  }

  private DataSet open(Split split, String augmentation) throws Exception {
    return new DataSets(new DatasetRoot(folder))
        .open(
            split,
            new DataSpecification(
                new DataFiles(Corpus.MANIFEST, Corpus.VOCABULARY, Corpus.MEAN_STD, augmentation),
                new DurationLimits(0.1, 20),
                new Batching(4, "instance_shuffle"),
                TextRules.DEFAULT,
                7));
  }
}
