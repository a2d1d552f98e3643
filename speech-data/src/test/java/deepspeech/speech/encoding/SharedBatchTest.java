package deepspeech.speech.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with the same data compute the features of an utterance once. */
class SharedBatchTest {
  private static final int UTTERANCES = 12;

  @TempDir private Path folder;
  private Corpus corpus;
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private SharedFeatures shared;
  private BatchFunction function;

  @BeforeEach
  void make() throws Exception {
    corpus = Corpus.in(folder).utterances(UTTERANCES);
    corpus.file(
        "augmentation.json",
        """
        [{"type": "volume", "prob": 1, "params": {"min_gain_dBFS": -15, "max_gain_dBFS": 15}},
         {"type": "specaug", "prob": 1, "params":
           {"F": 20, "T": 10, "n_freq_masks": 1, "n_time_masks": 1, "W": 0}}]
        """);
    shared = new SharedFeatures(10_000_000);
    function = new BatchFunction(DataStorage.under(new DatasetRoot(folder)), workers, shared);
  }

  @AfterEach
  void end() {
    workers.shutdownNow();
  }

  @Test
  void withoutAugmentationRunsOfAnyBatchSizeSeedAndEpochShareTheFeatures() throws Exception {
    // Given
    DataSpecification first = specification("None", 4, "batch_shuffle", 1);
    DataSpecification other = specification("None", 5, "instance_shuffle", 2);
    // When
    List<byte[]> made = batches(function, "a", first, 1);
    made.addAll(batches(function, "b", other, 2));
    // Then
    assertThat(shared.computed()).isEqualTo(UTTERANCES);
    assertThat(shared.reused()).isEqualTo(UTTERANCES);
    List<byte[]> alone = batches(unshared(), "a", first, 1);
    alone.addAll(batches(unshared(), "b", other, 2));
    assertThat(made).usingRecursiveComparison().isEqualTo(alone);
  }

  @Test
  void withAugmentationRunsOfTheSameSeedShareTheFeaturesOfAnEpoch() throws Exception {
    // Given
    DataSpecification first = specification("augmentation.json", 4, "batch_shuffle", 1);
    DataSpecification other = specification("augmentation.json", 5, "instance_shuffle", 1);
    // When
    List<byte[]> made = batches(function, "a", first, 1);
    made.addAll(batches(function, "b", other, 1));
    // Then
    assertThat(shared.computed()).isEqualTo(UTTERANCES);
    List<byte[]> alone = batches(unshared(), "a", first, 1);
    alone.addAll(batches(unshared(), "b", other, 1));
    assertThat(made).usingRecursiveComparison().isEqualTo(alone);
  }

  @Test
  void withAugmentationAnotherEpochOrSeedHasItsOwnFeatures() throws Exception {
    // Given
    batches(function, "a", specification("augmentation.json", 4, "batch_shuffle", 1), 1);
    // When
    batches(function, "a", specification("augmentation.json", 4, "batch_shuffle", 1), 2);
    batches(function, "b", specification("augmentation.json", 4, "batch_shuffle", 2), 1);
    // Then
    assertThat(shared.computed()).isEqualTo(3 * UTTERANCES);
    assertThat(shared.reused()).isZero();
  }

  @Test
  void anotherVocabularyOrLimitMayRefuseAnUtteranceSoItSharesNothing() throws Exception {
    // Given
    batches(function, "a", specification("None", 4, "batch_shuffle", 1), 1);
    DataSpecification shorter =
        new DataSpecification(
            new DataFiles(Corpus.MANIFEST, Corpus.VOCABULARY, Corpus.MEAN_STD, "None"),
            new DurationLimits(0.1, 19),
            new Batching(4, "batch_shuffle"),
            TextRules.DEFAULT,
            1);
    // When
    batches(function, "b", shorter, 1);
    // Then
    assertThat(shared.reused()).isZero();
  }

  @Test
  void aRecordingThatWasReplacedIsReadAgain() throws Exception {
    // Given
    DataSpecification specification = specification("None", 4, "batch_shuffle", 1);
    batches(function, "a", specification, 1);
    Path recording = folder.resolve("set/wav/good-3.wav");
    long samples = (Files.size(recording) - 44) / 2;
    float[] louder = new float[(int) samples];
    for (int i = 0; i < louder.length; i++) {
      louder[i] = (float) (0.5 * Math.sin(0.2 * i));
    }
    // When
    Files.write(recording, WavBytes.pcm16(louder, 16_000));
    Files.setLastModifiedTime(recording, FileTime.fromMillis(1_000_000));
    List<byte[]> made = batches(function, "b", specification, 1);
    // Then
    assertThat(shared.computed()).isEqualTo(UTTERANCES + 1);
    assertThat(made)
        .usingRecursiveComparison()
        .isEqualTo(batches(unshared(), "b", specification, 1));
  }

  private BatchFunction unshared() throws DataFileException {
    return new BatchFunction(new DatasetRoot(folder), workers);
  }

  private List<byte[]> batches(
      BatchFunction made, String run, DataSpecification specification, int epoch) throws Exception {
    DataSet dataSet = new DataSets(new DatasetRoot(folder)).open(Split.TRAIN, specification);
    List<byte[]> bodies = new ArrayList<>();
    for (int number = 0; number < dataSet.batches(epoch); number++) {
      FeatureBatch batch = made.batch(dataSet, new RunId(run), epoch, number);
      FeatureBatchCodec.encode(batch).forEach(part -> bodies.add(part.body()));
    }
    return bodies;
  }

  private static DataSpecification specification(
      String augmentation, int batchSize, String shuffleMethod, int seed) {
    return new DataSpecification(
        new DataFiles(Corpus.MANIFEST, Corpus.VOCABULARY, Corpus.MEAN_STD, augmentation),
        new DurationLimits(0.1, 20),
        new Batching(batchSize, shuffleMethod),
        TextRules.DEFAULT,
        seed);
  }
}
