package deepspeech.dataprep.dataset;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.batching.BatchPlan;
import deepspeech.dataprep.batching.ShuffleMethod;
import deepspeech.dataprep.features.MeanStd;
import deepspeech.dataprep.features.MeanStdFile;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.dataprep.manifest.Manifest;
import deepspeech.dataprep.manifest.ManifestReader;
import deepspeech.dataprep.manifest.Transcript;
import deepspeech.dataprep.manifest.Utterance;
import deepspeech.dataprep.manifest.Vocabulary;
import deepspeech.messages.Json;
import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.LeftOut;
import deepspeech.messages.features.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the files of a data set and leaves out what its manifest and vocabulary rule out. */
final class DataSetReader {
  /** The description carries the file, and is one Kafka record. */
  private static final long MAX_MEAN_STD_BYTES = 1 << 18;

  private final DatasetRoot root;

  DataSetReader(DatasetRoot root) {
    this.root = root;
  }

  /**
   * Reads a split.
   *
   * @return possibly without any utterance
   * @throws DataFileException if a file cannot be used as a whole
   */
  DataSet read(Split split, DataSpecification specification, DataSetFiles files)
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

    List<UsableUtterance> usable = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>(manifest.leftOut());
    Map<String, Utterance> byPath = new HashMap<>();
    long unknownCharacters = 0;
    for (Utterance utterance : manifest.utterances()) {
      Transcript transcript = vocabulary.transcript(utterance.text());
      LeftOut problem = problem(utterance, transcript, specification, files.manifest());
      Utterance earlier =
          problem == null ? byPath.putIfAbsent(utterance.audioFilepath(), utterance) : null;
      if (earlier != null) {
        problem =
            leftOut(
                utterance,
                files.manifest(),
                LeftOutReason.DUPLICATE_PATH,
                "%s is already on line %d".formatted(utterance.audioFilepath(), earlier.line()));
      }
      if (problem == null) {
        usable.add(new UsableUtterance(utterance, transcript.labels()));
        unknownCharacters += transcript.unknownCharacters();
      } else {
        leftOut.add(problem);
      }
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
        unknownCharacters,
        vocabulary,
        meanStd,
        meanStdFile,
        plan(split, specification, shuffleMethod, usable, 1));
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
    double[] durations =
        usable.stream().mapToDouble(u -> u.utterance().duration() * longestStretch).toArray();
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

  private LeftOut problem(
      Utterance utterance, Transcript transcript, DataSpecification specification, Path manifest) {
    if (!root.holds(manifest, utterance.audioFilepath())) {
      return leftOut(
          utterance,
          manifest,
          LeftOutReason.OUTSIDE_ROOT,
          "%s lies outside the dataset root".formatted(utterance.audioFilepath()));
    }
    if (utterance.duration() < specification.minDuration()) {
      return leftOut(
          utterance,
          manifest,
          LeftOutReason.TOO_SHORT,
          "the duration is %s s; min_duration is %s s"
              .formatted(utterance.duration(), specification.minDuration()));
    }
    if (utterance.duration() > specification.maxDuration()) {
      return leftOut(
          utterance,
          manifest,
          LeftOutReason.TOO_LONG,
          "the duration is %s s; max_duration is %s s"
              .formatted(utterance.duration(), specification.maxDuration()));
    }
    if (utterance.text().isBlank()) {
      return leftOut(utterance, manifest, LeftOutReason.EMPTY_TEXT, "the text is empty");
    }
    if (transcript.labels().length == 0) {
      return leftOut(
          utterance,
          manifest,
          LeftOutReason.NO_KNOWN_CHARACTER,
          "the text has no character of the vocabulary");
    }
    return null;
  }

  private static LeftOut leftOut(
      Utterance utterance, Path manifest, LeftOutReason reason, String detail) {
    return new LeftOut(
        utterance.line(),
        utterance.audioFilepath(),
        reason,
        ManifestReader.at(manifest.toString(), utterance.line()) + detail);
  }

  private static String fingerprint(
      Split split, DataSpecification specification, Map<String, String> hashes) {
    return Sha256.of(Json.write(List.of(split, specification, hashes)));
  }

  private static byte[] content(Path file) throws DataFileException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataFileException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
