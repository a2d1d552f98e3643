package deepspeech.dataprep.dataset;

import static deepspeech.messages.features.DataSpecification.LONGEST_UTTERANCE_SECONDS;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.augmentation.Augmentation;
import deepspeech.dataprep.augmentation.AugmentationFile;
import deepspeech.dataprep.augmentation.RecordingCache;
import deepspeech.dataprep.batching.BatchPlan;
import deepspeech.dataprep.batching.ShuffleMethod;
import deepspeech.dataprep.features.MeanStd;
import deepspeech.dataprep.features.MeanStdFile;
import deepspeech.dataprep.manifest.Manifest;
import deepspeech.dataprep.manifest.ManifestReader;
import deepspeech.dataprep.manifest.Utterance;
import deepspeech.dataprep.manifest.Vocabulary;
import deepspeech.dataprep.storage.DataStorage;
import deepspeech.dataprep.storage.Location;
import deepspeech.messages.Json;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.LeftOut;
import deepspeech.messages.features.Split;
import deepspeech.messages.features.UnknownCharacters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the files of a data set and leaves out what its manifest and vocabulary rule out. */
final class DataSetReader {
  /** The description carries the file, and is one Kafka record. */
  private static final long MAX_MEAN_STD_BYTES = 1 << 18;

  private static final int MAX_FILE_BYTES = 1 << 30;

  private final DataStorage storage;
  private final RecordingCache recordings;

  DataSetReader(DataStorage storage) {
    this.storage = storage;
    this.recordings = new RecordingCache(storage);
  }

  /**
   * Reads the augmentation file of a split.
   *
   * @return empty if there is none
   * @throws DataFileException if it cannot be used as a whole
   */
  Optional<AugmentationFile> augmentation(DataSetFiles files) throws DataFileException {
    if (files.augmentation() == null || !storage.exists(files.augmentation())) {
      return Optional.empty();
    }
    return Optional.of(
        AugmentationFile.read(content(files.augmentation()), files.augmentation().toString()));
  }

  /**
   * Reads a split.
   *
   * @param augmentationFile as {@link #augmentation} has read it
   * @return possibly without any utterance
   * @throws DataFileException if a file cannot be used as a whole
   */
  DataSet read(
      Split split,
      DataSpecification specification,
      DataSetFiles files,
      Optional<AugmentationFile> augmentationFile)
      throws DataFileException {
    ShuffleMethod shuffleMethod = ShuffleMethod.of(specification.shuffleMethod());
    byte[] manifestFile = content(files.manifest());
    byte[] vocabularyFile = content(files.vocabulary());
    byte[] meanStdFile = content(files.meanStd());
    if (meanStdFile.length > MAX_MEAN_STD_BYTES) {
      throw new DataFileException(
          "%s: has %d bytes; at most %d are allowed"
              .formatted(files.meanStd(), meanStdFile.length, MAX_MEAN_STD_BYTES));
    }
    MeanStd meanStd = MeanStdFile.read(meanStdFile, files.meanStd().toString());
    Vocabulary vocabulary = Vocabulary.read(vocabularyFile, files.vocabulary().toString());
    Manifest manifest = ManifestReader.read(manifestFile, files.manifest().toString());
    Map<String, String> hashes =
        new TreeMap<>(
            Map.of(
                "manifest", Sha256.of(manifestFile),
                "vocabulary", Sha256.of(vocabularyFile),
                "mean_std", Sha256.of(meanStdFile)));
    List<String> warnings = new ArrayList<>();
    Augmentation augmentation = Augmentation.none();
    if (augmentationFile.isPresent()) {
      augmentation = augmentation(augmentationFile.get(), hashes);
      warnings.addAll(augmentation.warnings());
    } else if (files.augmentation() != null) {
      warnings.add(
          "augment_conf_path: %s: does not exist; the run goes on without augmentation"
              .formatted(files.augmentation()));
    }

    List<UsableUtterance> usable = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>(manifest.leftOut());
    UtteranceScreen screen =
        new UtteranceScreen(storage, files.manifest(), split, specification, vocabulary);
    UnknownCharacterCounts unknownCharacters = new UnknownCharacterCounts();
    String firstUnknown = null;
    for (Utterance utterance : manifest.utterances()) {
      UtteranceScreen.Screened screened = screen.screen(utterance);
      if (screened.problem() != null) {
        leftOut.add(screened.problem());
        continue;
      }
      usable.add(screened.utterance());
      unknownCharacters.add(screened.unknownCharacters());
      if (firstUnknown == null && unknownCharacters.total() > 0) {
        firstUnknown = ManifestReader.at(files.manifest().toString(), utterance.line());
      }
    }
    if (split == Split.TRAIN
        && specification.unknownCharacters() == UnknownCharacters.FAIL_RUN
        && firstUnknown != null) {
      throw new DataFileException(
          "%sthe first of %d characters that are not in the vocabulary: %s; unknown_characters is %s"
              .formatted(
                  firstUnknown,
                  unknownCharacters.total(),
                  unknownCharacters.mostFrequent(),
                  specification.unknownCharacters()));
    }
    if (unknownCharacters.total() > 0) {
      warnings.add(
          "%s: %d characters of the texts are not in the vocabulary and %s: %s"
              .formatted(
                  files.manifest(),
                  unknownCharacters.total(),
                  split == Split.TRAIN ? "were dropped" : "count as errors",
                  unknownCharacters.mostFrequent()));
    }
    leftOut.sort(Comparator.comparingLong(LeftOut::utterance));
    return new DataSet(
        split,
        specification,
        files.manifest(),
        fingerprint(split, specification, hashes),
        hashes,
        usable,
        leftOut,
        unknownCharacters.total(),
        vocabulary,
        meanStd,
        meanStdFile,
        augmentation,
        warnings,
        plan(split, specification, shuffleMethod, usable, augmentation.longestStretch()));
  }

  private Augmentation augmentation(AugmentationFile file, Map<String, String> hashes)
      throws DataFileException {
    hashes.put("augmentation", Sha256.of(file.content()));
    Map<String, byte[]> contents = new HashMap<>();
    for (Map.Entry<String, Location> manifest : file.manifests(storage).entrySet()) {
      if (storage.exists(manifest.getValue())) {
        byte[] content = content(manifest.getValue());
        contents.put(manifest.getKey(), content);
        hashes.put(manifest.getKey(), Sha256.of(content));
      }
    }
    return Augmentation.of(file, contents, storage, recordings);
  }

  /**
   * The batches of a split.
   *
   * @param longestStretch augmentation makes utterances at most so many times as long
   */
  private static BatchPlan plan(
      Split split,
      DataSpecification specification,
      ShuffleMethod shuffleMethod,
      List<UsableUtterance> usable,
      double longestStretch) {
    // No utterance is stretched beyond the longest that a batch can carry.
    double[] durations =
        usable.stream()
            .mapToDouble(u -> u.utterance().duration())
            .map(d -> Math.max(d, Math.min(LONGEST_UTTERANCE_SECONDS, d * longestStretch)))
            .toArray();
    if (split == Split.TEST) {
      return BatchPlan.test(durations, specification.batchSize());
    }
    return specification.maxBatchFrames() == null
        ? BatchPlan.training(
            durations, specification.batchSize(), shuffleMethod, specification.seed())
        : BatchPlan.trainingByFrames(
            durations,
            specification.maxBatchFrames(),
            specification.devices(),
            shuffleMethod,
            specification.seed());
  }

  private static String fingerprint(
      Split split, DataSpecification specification, Map<String, String> hashes) {
    return Sha256.of(Json.write(List.of(split, specification, hashes)));
  }

  private byte[] content(Location file) throws DataFileException {
    return storage.content(file, MAX_FILE_BYTES);
  }
}
