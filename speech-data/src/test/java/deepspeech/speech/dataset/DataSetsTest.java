package deepspeech.speech.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.TextNormalisation;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.features.UnknownCharacters;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSetsTest {
  private static final String NOISE =
      """
      [{"type": "noise", "params": {"min_snr_dB": 10, "max_snr_dB": 20,
        "noise_manifest_path": "set/manifest.noise"}, "prob": 0.5}]
      """;

  @TempDir private Path folder;
  private Corpus corpus;
  private DataSets dataSets;

  @BeforeEach
  void make() throws Exception {
    corpus = Corpus.in(folder).utterances(21);
    dataSets = new DataSets(new DatasetRoot(folder));
  }

  @Test
  void theDescriptionHasCountsBatchesVocabularyAndStatistics() throws Exception {
    // Given
    corpus.utterance("wav/x.wav", 0.5, "aXbYY");
    DataSpecification specification = corpus.specification(4, "batch_shuffle_clipped");
    // When
    DataSetDescription description =
        dataSets.open(Split.TRAIN, specification).describe(new RunId("run-1"), "request-1", 3);
    // Then
    assertThat(description.run()).isEqualTo(new RunId("run-1"));
    assertThat(description.requestId()).isEqualTo("request-1");
    assertThat(description.utterances()).isEqualTo(22);
    assertThat(description.skipped()).isEmpty();
    assertThat(description.counts().unknownCharacters()).isEqualTo(3);
    assertThat(description.batches()).hasSize(3).startsWith(6);
    assertThat(description.batches()[1]).isBetween(4, 5);
    assertThat(description.vocabulary()).containsExactly("<blank>", "a", "b", "c", " ");
    assertThat(description.statistics().mean()).hasSize(161).containsOnly(-12);
    assertThat(description.statistics().std()).hasSize(161).containsOnly(3);
    assertThat(description.hashes()).containsOnlyKeys("manifest", "vocabulary", "mean_std");
    assertThat(description.statistics().meanStdFile())
        .isEqualTo(Files.readAllBytes(folder.resolve(Corpus.MEAN_STD)));
  }

  @Test
  void charactersOutsideTheVocabularyAreReportedWithTheirCounts() throws Exception {
    // Given
    corpus.utterance("wav/x.wav", 0.5, "aXbYY").utterance("wav/y.wav", 0.5, "a\u0300bY");
    DataSpecification specification = corpus.specification(4, "instance_shuffle");
    // When
    DataSet train = dataSets.open(Split.TRAIN, specification);
    DataSet test = dataSets.open(Split.TEST, specification);
    // Then
    assertThat(warnings(train))
        .containsExactly(
            "%s: 5 characters of the texts are not in the vocabulary and were dropped: Y 3, X 1, U+0300 1"
                .formatted(folder.resolve(Corpus.MANIFEST)));
    assertThat(warnings(test)).singleElement().asString().contains("and count as errors: Y 3");
  }

  @Test
  void aSetOfKnownCharactersHasNoWarning() throws Exception {
    // Given
    DataSpecification specification = corpus.specification(4, "instance_shuffle");
    // When
    DataSet dataSet = dataSets.open(Split.TRAIN, specification);
    // Then
    assertThat(warnings(dataSet)).isEmpty();
  }

  @Test
  void anUtteranceWithUnknownCharactersIsSkippedInTrainingIfTheRunIsConfiguredSo()
      throws Exception {
    // Given
    corpus.utterance("wav/x.wav", 0.5, "aXbYYX");
    DataSpecification specification =
        texts(TextNormalisation.KEEP, UnknownCharacters.DROP_UTTERANCE);
    // When
    DataSet train = dataSets.open(Split.TRAIN, specification);
    DataSet test = dataSets.open(Split.TEST, specification);
    // Then
    assertThat(train.utterances()).hasSize(21);
    assertThat(train.skipped())
        .extracting(SkippedUtterance::reason, SkippedUtterance::detail)
        .containsExactly(
            tuple(
                SkipReason.UNKNOWN_CHARACTERS,
                folder.resolve(Corpus.MANIFEST)
                    + " line 22: characters of the text are not in the vocabulary: X Y"));
    assertThat(test.utterances()).hasSize(22);
  }

  @Test
  void unknownCharactersRefuseTheRunIfItSaysSo() throws Exception {
    // Given
    corpus.utterance("wav/x.wav", 0.5, "aXb").utterance("wav/y.wav", 0.5, "YaY");
    DataSpecification specification = texts(TextNormalisation.KEEP, UnknownCharacters.FAIL_RUN);
    // When
    DataSet test = dataSets.open(Split.TEST, specification);
    // Then
    assertThat(test.utterances()).hasSize(23);
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification))
        .isInstanceOf(DataFileException.class)
        .hasMessage(
            "%s line 22: the first of 3 characters that are not in the vocabulary: Y 2, X 1; unknown_characters is fail_run",
            folder.resolve(Corpus.MANIFEST));
  }

  @ParameterizedTest
  @EnumSource(Split.class)
  void labelsAndReferencesAreMadeOfTheNormalisedText(Split split) throws Exception {
    // Given
    corpus.utterance("wav/x.wav", 0.5, " A,  B! ");
    DataSpecification specification =
        texts(TextNormalisation.LOWER_CASE, UnknownCharacters.FAIL_RUN);
    // When
    UsableUtterance utterance = dataSets.open(split, specification).utterances().get(21);
    // Then
    assertThat(utterance.utterance().text()).isEqualTo("a b");
    assertThat(utterance.labels()).containsExactly(1, 4, 2);
  }

  @Test
  void aTextThatNormalisationEmptiesIsSkipped() throws Exception {
    // Given
    DataSpecification specification =
        texts(TextNormalisation.MANDARIN, UnknownCharacters.DROP_CHARACTER);
    // When
    DataSet dataSet = dataSets.open(Split.TRAIN, specification);
    // Then
    assertThat(dataSet.utterances()).isEmpty();
    assertThat(dataSet.skipped())
        .hasSize(21)
        .allMatch(utterance -> utterance.reason() == SkipReason.EMPTY_TEXT)
        .allMatch(
            utterance ->
                utterance.detail().endsWith("the text is empty after text_normalisation mandarin"));
  }

  @Test
  void whatTheManifestRulesOutIsSkippedWithLineAndReason() throws Exception {
    // Given
    corpus
        .line("")
        .utterance("wav/short.wav", 0.05, "a")
        .line("{\"audio_filepath\": \"wav/a.wav\", \"duration\": 20.5, \"text\": \"a\"}")
        .utterance("wav/unknown.wav", 0.5, "XYZ")
        .utterance("wav/empty.wav", 0.5, " ")
        .line("{\"audio_filepath\": \"../../../a.wav\", \"duration\": 1, \"text\": \"a\"}")
        .line("{\"audio_filepath\": \"wav/a.wav\", \"duration\": 1, \"text\": \"a\"}")
        .line("{\"audio_filepath\": \"wav/a.wav\", \"duration\": 1, \"text\": \"b\"}");
    // When
    DataSet dataSet = dataSets.open(Split.TRAIN, corpus.specification(4, "instance_shuffle"));
    // Then
    assertThat(dataSet.utterances()).hasSize(22);
    assertThat(dataSet.skipped())
        .extracting(SkippedUtterance::utterance, SkippedUtterance::reason)
        .containsExactly(
            tuple(22L, SkipReason.MALFORMED_LINE),
            tuple(23L, SkipReason.TOO_SHORT),
            tuple(24L, SkipReason.TOO_LONG),
            tuple(25L, SkipReason.NO_KNOWN_CHARACTER),
            tuple(26L, SkipReason.EMPTY_TEXT),
            tuple(27L, SkipReason.OUTSIDE_ROOT),
            tuple(29L, SkipReason.DUPLICATE_PATH));
    assertThat(dataSet.skipped().get(1).detail())
        .isEqualTo(
            "%s line 23: the duration is 0.05 s; min_duration is 0.1 s",
            folder.resolve(Corpus.MANIFEST));
    assertThat(dataSet.skipped().get(6).detail())
        .isEqualTo("%s line 29: wav/a.wav is already on line 28", folder.resolve(Corpus.MANIFEST));
    assertThat(dataSet.describe(new RunId("r"), "q", 1).skipped())
        .isEqualTo(
            Map.of(
                SkipReason.MALFORMED_LINE, 1,
                SkipReason.TOO_SHORT, 1,
                SkipReason.TOO_LONG, 1,
                SkipReason.NO_KNOWN_CHARACTER, 1,
                SkipReason.EMPTY_TEXT, 1,
                SkipReason.OUTSIDE_ROOT, 1,
                SkipReason.DUPLICATE_PATH, 1));
  }

  @Test
  void aSetWithoutAnyUsableUtteranceIsReportedWithTheReason(@TempDir Path empty) throws Exception {
    // Given
    Corpus bad = Corpus.in(empty).line("nonsense").line("").utterance("wav/a.wav", 0.01, "a");
    DataSets badSets = new DataSets(new DatasetRoot(empty));
    // When
    DataSet dataSet = badSets.open(Split.TRAIN, bad.specification(4, "instance_shuffle"));
    // Then
    assertThat(dataSet.utterances()).isEmpty();
    assertThat(dataSet.emptiness())
        .startsWith(
            "%s: no utterance can be used: 2 malformed_line, 1 too_short; the first: "
                .formatted(empty.resolve(Corpus.MANIFEST)))
        .contains("line 1: not JSON")
        .hasLineCount(1);
  }

  @Test
  void anEmptyManifestIsReported(@TempDir Path empty) throws Exception {
    // Given
    Corpus none = Corpus.in(empty);
    // When
    DataSet dataSet =
        new DataSets(new DatasetRoot(empty))
            .open(Split.TRAIN, none.specification(4, "instance_shuffle"));
    // Then
    assertThat(dataSet.emptiness()).isEqualTo(empty.resolve(Corpus.MANIFEST) + ": has no line");
  }

  @Test
  void theSameFilesAndSpecificationHaveTheSameFingerprintInEveryReplica() throws Exception {
    // Given
    DataSpecification specification = corpus.specification(4, "instance_shuffle");
    DataSets other = new DataSets(new DatasetRoot(folder));
    // When
    String fingerprint = dataSets.open(Split.TRAIN, specification).fingerprint();
    // Then
    assertThat(other.open(Split.TRAIN, specification).fingerprint()).isEqualTo(fingerprint);
    assertThat(other.open(Split.TEST, specification).fingerprint()).isNotEqualTo(fingerprint);
    assertThat(other.open(Split.TRAIN, corpus.specification(5, "instance_shuffle")).fingerprint())
        .isNotEqualTo(fingerprint);
  }

  @Test
  void dataSetsThatTakeMoreHeapThanTheyMayMakeRoomForEachOther() throws Exception {
    // Given
    DataSpecification one = corpus.specification(4, "instance_shuffle");
    DataSpecification other = corpus.specification(5, "instance_shuffle");
    DataSets narrow = new DataSets(DataStorage.under(new DatasetRoot(corpus.root())), 1);
    DataSet first = narrow.open(Split.TRAIN, one);
    DataSet firstOfMany = dataSets.open(Split.TRAIN, one);
    // When
    narrow.open(Split.TRAIN, other);
    dataSets.open(Split.TRAIN, other);
    DataSet again = narrow.open(Split.TRAIN, one, first.fingerprint());
    // Then
    assertThat(again).isNotSameAs(first);
    assertThat(again.batch(2, 0)).usingRecursiveComparison().isEqualTo(first.batch(2, 0));
    assertThat(dataSets.open(Split.TRAIN, one)).isSameAs(firstOfMany);
  }

  @Test
  void anUnchangedDataSetIsReadOnce() throws Exception {
    // Given
    DataSpecification specification = corpus.specification(4, "instance_shuffle");
    // When
    DataSet first = dataSets.open(Split.TRAIN, specification);
    // Then
    assertThat(dataSets.open(Split.TRAIN, specification, first.fingerprint())).isSameAs(first);
  }

  @Test
  void aFileThatChangesDuringARunIsNamed() throws Exception {
    // Given
    DataSpecification specification = corpus.specification(4, "instance_shuffle");
    String fingerprint = dataSets.open(Split.TRAIN, specification).fingerprint();
    // When
    corpus.file(Corpus.VOCABULARY, "<blank>\na\nb\n");
    // Then
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification, fingerprint))
        .isInstanceOf(DataFileException.class)
        .hasMessage(
            "set/vocab.txt has changed since the data set was described; the run cannot continue with other data");
  }

  @Test
  void aReplicaThatNeverSawTheOldDataNamesEveryFileThatMayHaveChanged() throws Exception {
    // Given
    DataSpecification specification = corpus.specification(4, "instance_shuffle");
    String fingerprint = dataSets.open(Split.TRAIN, specification).fingerprint();
    corpus.file(Corpus.VOCABULARY, "<blank>\na\nb\n");
    DataSets other = new DataSets(new DatasetRoot(folder));
    // When
    // Then
    assertThatThrownBy(() -> other.open(Split.TRAIN, specification, fingerprint))
        .hasMessageStartingWith(
            "set/manifest.train or set/mean_std.npz or set/vocab.txt has changed");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"None", "", "conf/augmentation.json"})
  void noAugmentationFileMeansNoAugmentation(String path) throws Exception {
    // Given
    DataSpecification specification = augmented(path);
    // When
    DataSet dataSet = dataSets.open(Split.TRAIN, specification);
    // Then
    assertThat(dataSet.utterances()).hasSize(21);
  }

  @Test
  void aMissingAugmentationFileIsReported() throws Exception {
    // Given
    DataSpecification specification = augmented("conf/augmentation.json");
    // When
    DataSetDescription description =
        dataSets.open(Split.TRAIN, specification).describe(new RunId("run-1"), "request-1", 1);
    // Then
    assertThat(description.warnings())
        .containsExactly(
            "augment_conf_path: %s: does not exist; the run continues without augmentation"
                .formatted(folder.resolve("conf/augmentation.json")));
    assertThat(description.hashes()).doesNotContainKey("augmentation");
  }

  @Test
  void anAugmentationFileAndTheManifestsThatItNamesAreHashedAndWatched() throws Exception {
    // Given
    corpus.file("augmentation.json", "[]");
    DataSpecification specification = augmented("augmentation.json");
    String without = dataSets.open(Split.TRAIN, specification).fingerprint();
    // When
    corpus.file("augmentation.json", NOISE);
    DataSet missing = dataSets.open(Split.TRAIN, specification);
    corpus.file("set/manifest.noise", "{\"audio_filepath\": \"wav/good-1.wav\"}\n");
    DataSet found = dataSets.open(Split.TRAIN, specification);
    // Then
    assertThat(List.of(without, missing.fingerprint(), found.fingerprint()))
        .doesNotHaveDuplicates();
    assertThat(missing.hashes())
        .containsOnlyKeys("manifest", "vocabulary", "mean_std", "augmentation");
    assertThat(missing.augmentation().isEmpty()).isTrue();
    assertThat(missing.describe(new RunId("run-1"), "request-1", 1).warnings())
        .containsExactly(
            ("%s: entry 1 (noise): manifest set/manifest.noise: does not exist; the run continues"
                    + " without this augmentation")
                .formatted(folder.resolve("augmentation.json")));
    assertThat(found.hashes())
        .containsOnlyKeys(
            "manifest", "vocabulary", "mean_std", "augmentation", "set/manifest.noise");
    assertThat(found.augmentation().isEmpty()).isFalse();
    assertThat(found.describe(new RunId("run-1"), "request-1", 1).warnings()).isEmpty();
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification, missing.fingerprint()))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith("set/manifest.noise has changed since");
    corpus.file("augmentation.json", "[]");
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification, found.fingerprint()))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith("several files: augmentation.json, set/manifest.noise has changed");
  }

  @Test
  void aFolderOfNoiseThatLeadsOutOfTheRootIsRefused(@TempDir Path elsewhere) throws Exception {
    // Given
    corpus.file("augmentation.json", NOISE.replace("set/manifest.noise", "noise"));
    Files.createSymbolicLink(folder.resolve("noise"), elsewhere.toRealPath());
    DataSpecification specification = augmented("augmentation.json");
    // When
    // Then
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification))
        .isInstanceOf(DataFileException.class)
        .hasMessageContaining("a link leads to " + elsewhere.toRealPath())
        .hasMessageContaining("outside the dataset root");
  }

  @Test
  void aFolderOfNoiseIsAsGoodAsAManifestOfIt() throws Exception {
    // Given
    corpus.file("augmentation.json", NOISE.replace("set/manifest.noise", "set/noise"));
    DataSpecification specification = augmented("augmentation.json");
    DataSet missing = dataSets.open(Split.TRAIN, specification);
    Files.createDirectories(folder.resolve("set/noise/street"));
    Files.copy(folder.resolve("set/wav/good-1.wav"), folder.resolve("set/noise/street/tram.wav"));
    corpus.file("set/noise/.hidden", "");
    // When
    DataSet found = dataSets.open(Split.TRAIN, specification);
    // Then
    assertThat(missing.augmentation().isEmpty()).isTrue();
    assertThat(found.augmentation().isEmpty()).isFalse();
    assertThat(found.hashes()).containsKey("set/noise");
    assertThat(warnings(found)).isEmpty();
  }

  @Test
  void whatIsOffInAnAugmentationFileIsAWarningOfTheRun() throws Exception {
    // Given
    corpus.file("augmentation.json", NOISE.replace("0.5", "0"));
    // When
    DataSet dataSet = dataSets.open(Split.TRAIN, augmented("augmentation.json"));
    // Then
    assertThat(warnings(dataSet))
        .containsExactly(
            folder.resolve("augmentation.json")
                + ": entry 1 (noise): prob is 0, which turns it off");
  }

  @Test
  void aTestSplitIsNeverAugmented() throws Exception {
    // Given
    corpus.file("augmentation.json", "no list");
    // When
    DataSet dataSet = dataSets.open(Split.TEST, augmented("augmentation.json"));
    // Then
    assertThat(dataSet.augmentation().isEmpty()).isTrue();
    assertThat(dataSet.hashes()).containsOnlyKeys("manifest", "vocabulary", "mean_std");
  }

  @Test
  void anAugmentationFileThatCannotBeUsedIsNamed() throws Exception {
    // Given
    corpus.file("augmentation.json", "{}");
    // When
    // Then
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, augmented("augmentation.json")))
        .isInstanceOf(DataFileException.class)
        .hasMessage(
            "%s: {}; allowed: a JSON list of {\"type\", \"params\", \"prob\"}",
            folder.resolve("augmentation.json"));
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, augmented("../augmentation.json")))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith("augment_conf_path: ../augmentation.json: lies outside");
    corpus.file("augmentation.json", NOISE.replace("set/", "../"));
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, augmented("augmentation.json")))
        .isInstanceOf(DataFileException.class)
        .hasMessage(
            "%s: entry 1 (noise): manifest ../manifest.noise: lies outside the dataset root",
            folder.resolve("augmentation.json"));
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws Exception {
    // Given
    DataSpecification specification = corpus.specification(4, "instance_shuffle");
    corpus.file(Corpus.VOCABULARY, "a\nb\n");
    // When
    // Then
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification))
        .isInstanceOf(DataFileException.class)
        .hasMessage(
            "%s line 1: the token is 'a'; the first one must be <blank>",
            folder.resolve(Corpus.VOCABULARY));
    corpus.file(Corpus.VOCABULARY, "<blank>\na\n").file(Corpus.MEAN_STD, "no zip");
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith(folder.resolve(Corpus.MEAN_STD) + ": not a zip file");
    Files.delete(folder.resolve(Corpus.MANIFEST));
    assertThatThrownBy(() -> dataSets.open(Split.TRAIN, specification))
        .isInstanceOf(DataFileException.class)
        .hasMessage("manifest: %s: does not exist", folder.resolve(Corpus.MANIFEST));
  }

  @Test
  void aBatchBehindTheLastOneIsRefused() throws Exception {
    // Given
    DataSet dataSet = dataSets.open(Split.TRAIN, corpus.specification(4, "instance_shuffle"));
    // When
    // Then
    assertThat(dataSet.batch(1, 5)).hasSize(1);
    assertThatThrownBy(() -> dataSet.batch(1, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch is 6; epoch 1 has the batches 0 to 5");
  }

  private static List<String> warnings(DataSet dataSet) {
    return dataSet.describe(new RunId("r"), "q", 1).warnings();
  }

  private static DataSpecification texts(TextNormalisation rule, UnknownCharacters unknown) {
    return new DataSpecification(
        new DataFiles(Corpus.MANIFEST, Corpus.VOCABULARY, Corpus.MEAN_STD),
        new DurationLimits(0.1, 20),
        new Batching(4, "instance_shuffle"),
        new TextRules(rule, unknown),
        7);
  }

  private DataSpecification augmented(String path) {
    return new DataSpecification(
        new DataFiles(Corpus.MANIFEST, Corpus.VOCABULARY, Corpus.MEAN_STD, path),
        new DurationLimits(0.1, 20),
        new Batching(4, "instance_shuffle"),
        TextRules.DEFAULT,
        7);
  }
}
