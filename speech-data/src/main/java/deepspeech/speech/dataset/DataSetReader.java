package deepspeech.speech.dataset;

import static deepspeech.messages.features.DataSpecification.LONGEST_UTTERANCE_SECONDS;

import deepspeech.messages.Json;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.TextNormalisation;
import deepspeech.messages.features.UnknownCharacters;
import deepspeech.messages.identity.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.augmentation.Augmentation;
import deepspeech.speech.augmentation.AugmentationFile;
import deepspeech.speech.augmentation.RecordingCache;
import deepspeech.speech.augmentation.RecordingFolder;
import deepspeech.speech.batching.BatchPlan;
import deepspeech.speech.batching.ShuffleMethod;
import deepspeech.speech.common.RecentlyUsed;
import deepspeech.speech.manifest.ManifestReader;
import deepspeech.speech.manifest.Vocabulary;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the files of a data set and skips the utterances that its manifest and vocabulary rule out.
 * Not thread-safe.
 */
final class DataSetReader {
  /**
   * The largest size of vocabularies, augmentation files and the manifests that augmentation files
   * name.
   */
  private static final int MAX_FILE_BYTES = 1 << 26;

  private static final int REMEMBERED_MANIFESTS = 4;

  private final DataStorage storage;
  private final RecordingCache recordings;
  private final RecentlyUsed<FilterKey, FilteredManifest> manifests =
      new RecentlyUsed<>(REMEMBERED_MANIFESTS);

  DataSetReader(DataStorage storage) {
    this.storage = storage;
    this.recordings = new RecordingCache(storage);
  }

  /**
   * Reads the augmentation file of a split.
   *
   * @return empty if none is named or if it does not exist
   * @throws DataFileException if the file is invalid as a whole
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
   * @param augmentationFile the result of {@link #augmentation}
   * @return the data set, which may have no utterance
   * @throws DataFileException if a file is invalid as a whole
   */
  DataSet read(
      Split split,
      DataSpecification specification,
      DataSetFiles files,
      Optional<AugmentationFile> augmentationFile)
      throws DataFileException {
    ShuffleMethod shuffleMethod = ShuffleMethod.of(specification.shuffleMethod());
    FeatureFiles featureFiles =
        FeatureFiles.read(files, content(files.vocabulary()), content(files.meanStd()));
    FilteredManifest manifest = filtered(split, specification, files.manifest(), featureFiles);
    Map<String, String> hashes =
        new TreeMap<>(
            Map.of(
                "manifest", manifest.hash(),
                "vocabulary", featureFiles.vocabularyHash(),
                "mean_std", featureFiles.meanStdHash()));
    Augmentation augmentation =
        augmentationFile.isPresent()
            ? augmentation(augmentationFile.get(), hashes)
            : Augmentation.none();
    requireKnownCharacters(split, specification, files.manifest(), manifest);
    return new DataSet(
        new DataSetIdentity(
            split,
            specification,
            files.manifest(),
            new DataSetVersion(fingerprint(split, specification, hashes), Map.copyOf(hashes)),
            features(split, specification, files.manifest(), hashes, augmentation)),
        manifest,
        featureFiles,
        augmentation,
        plan(
            split,
            specification,
            shuffleMethod,
            manifest.utterances().durations(),
            augmentation.longestStretch()),
        warnings(split, files, manifest, augmentationFile.isPresent(), augmentation));
  }

  private static void requireKnownCharacters(
      Split split, DataSpecification specification, Location file, FilteredManifest manifest)
      throws DataFileException {
    if (split == Split.TRAIN
        && specification.unknownCharacters() == UnknownCharacters.FAIL_RUN
        && manifest.firstUnknown().isPresent()) {
      throw new DataFileException(
          "%sthe first of %d characters that are not in the vocabulary: %s; unknown_characters is %s"
              .formatted(
                  ManifestReader.at(file.toString(), manifest.firstUnknown().get()),
                  manifest.unknownCharacters().total(),
                  manifest.unknownCharacters().mostFrequent(),
                  specification.unknownCharacters()));
    }
  }

  private static List<String> warnings(
      Split split,
      DataSetFiles files,
      FilteredManifest manifest,
      boolean isAugmented,
      Augmentation augmentation) {
    List<String> warnings = new ArrayList<>(augmentation.warnings());
    if (!isAugmented && files.augmentation() != null) {
      warnings.add(
          "augment_conf_path: %s: does not exist; the run continues without augmentation"
              .formatted(files.augmentation()));
    }
    UnknownCharacterCounts unknownCharacters = manifest.unknownCharacters();
    if (unknownCharacters.total() > 0) {
      warnings.add(
          "%s: %d characters of the texts are not in the vocabulary and %s: %s"
              .formatted(
                  files.manifest(),
                  unknownCharacters.total(),
                  split == Split.TRAIN ? "were dropped" : "count as errors",
                  unknownCharacters.mostFrequent()));
    }
    manifest
        .unknownFields()
        .summary()
        .ifPresent(line -> warnings.add(files.manifest() + ": " + line));
    return warnings;
  }

  /**
   * Filters a manifest. Data sets that differ only in how their batches are made share the result.
   */
  private FilteredManifest filtered(
      Split split, DataSpecification specification, Location file, FeatureFiles featureFiles)
      throws DataFileException {
    FilterKey key =
        new FilterKey(
            split,
            file,
            storage.version(file),
            featureFiles.vocabularyHash(),
            specification.minDuration(),
            specification.maxDuration(),
            specification.textNormalisation(),
            specification.unknownCharacters());
    FilteredManifest known = manifests.get(key);
    if (known == null) {
      Vocabulary vocabulary = featureFiles.vocabulary();
      UtteranceFilter filter = new UtteranceFilter(storage, file, split, specification, vocabulary);
      known = FilteredManifest.read(storage.open(file), file, filter, vocabulary);
      manifests.put(key, known);
    }
    return known;
  }

  private record FilterKey(
      Split split,
      Location manifest,
      String version,
      String vocabularyHash,
      double minDuration,
      double maxDuration,
      TextNormalisation textNormalisation,
      UnknownCharacters unknownCharacters) {}

  private Augmentation augmentation(AugmentationFile file, Map<String, String> hashes)
      throws DataFileException {
    hashes.put("augmentation", Sha256.of(file.content()));
    Map<String, byte[]> contents = new HashMap<>();
    for (Map.Entry<String, Location> manifest : file.manifests(storage).entrySet()) {
      if (storage.exists(manifest.getValue())) {
        byte[] content =
            RecordingFolder.isFolder(manifest.getValue())
                ? RecordingFolder.manifest(storage, manifest.getValue())
                : content(manifest.getValue());
        contents.put(manifest.getKey(), content);
        hashes.put(manifest.getKey(), Sha256.of(content));
      }
    }
    return Augmentation.of(file, contents, storage, recordings);
  }

  /**
   * Plans the batches of a split.
   *
   * @param durations durations of the utterances, in seconds; the array is modified
   * @param longestStretch largest factor by which augmentation lengthens an utterance
   */
  private static BatchPlan plan(
      Split split,
      DataSpecification specification,
      ShuffleMethod shuffleMethod,
      double[] durations,
      double longestStretch) {
    // Augmentation stretches no utterance beyond the longest that a batch can carry.
    for (int i = 0; i < durations.length; i++) {
      double stretched = Math.min(LONGEST_UTTERANCE_SECONDS, durations[i] * longestStretch);
      durations[i] = Math.max(durations[i], stretched);
    }
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
    return Sha256.of(Json.write(List.of(split, SpecificationValues.of(specification), hashes)));
  }

  private static String features(
      Split split,
      DataSpecification specification,
      Location manifest,
      Map<String, String> hashes,
      Augmentation augmentation) {
    return Sha256.of(
        Json.write(
            List.of(
                split,
                // Relative paths of recordings start from here.
                manifest.toString(),
                SpecificationValues.of(specification.durations()),
                SpecificationValues.of(specification.texts()),
                hashes,
                augmentation.isEmpty() ? "" : specification.seed())));
  }

  private byte[] content(Location file) throws DataFileException {
    return storage.content(file, MAX_FILE_BYTES);
  }
}
