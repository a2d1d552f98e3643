package deepspeech.tools.prepare;

import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.TextNormalisation;
import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.augmentation.RecordingCache;
import deepspeech.speech.dataset.UnknownFieldCounts;
import deepspeech.speech.features.MeanStd;
import deepspeech.speech.features.MeanStdFile;
import deepspeech.speech.manifest.ManifestLine;
import deepspeech.speech.manifest.ManifestLines;
import deepspeech.speech.manifest.ManifestSource;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import deepspeech.speech.storage.Location.LocalFile;
import deepspeech.speech.text.NormalisedText;
import deepspeech.tools.common.ManifestFile;
import deepspeech.tools.common.ParallelMap;
import deepspeech.tools.common.Problems;
import deepspeech.tools.common.Progress;
import deepspeech.tools.common.SkippedUtteranceList;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Creates the files of a data set from lists and manifests of any length. Lines and audio that
 * cannot be used are skipped and reported.
 */
final class DataSetPreparation {
  private final DataStorage storage;
  private final Path rootFolder;
  private final Path folder;
  private final TextNormalisation rule;
  private final int threads;
  private final PrintStream err;
  private final PreparedFiles files;
  private final SkippedUtteranceList skipped;

  /**
   * Prepares to create files.
   *
   * @param folder the folder of the manifests to create
   * @param rule the normalisation of texts
   * @param threads number of recordings to decode concurrently
   * @param err receives progress and problems
   * @param skipped receives all skipped utterances
   */
  DataSetPreparation(
      DataStorage storage,
      Path rootFolder,
      Path folder,
      TextNormalisation rule,
      int threads,
      PrintStream err,
      PreparedFiles files,
      SkippedUtteranceList skipped) {
    this.storage = storage;
    this.rootFolder = rootFolder;
    this.folder = folder;
    this.rule = rule;
    this.threads = threads;
    this.err = err;
    this.files = files;
    this.skipped = skipped;
  }

  /**
   * Creates the manifests of annotations. The test set is surveyed first: audio that is in both the
   * test set and the training set is used for the test and not for training.
   *
   * @param testEvery every how many usable lines one goes to the test set if the splits have none;
   *     null to decide by the number of lines, see {@link TestShare}
   * @return the training manifest
   */
  ManifestSource annotated(Splits splits, Integer testEvery)
      throws DataFileException, InterruptedException {
    splits.remarks().forEach(err::println);
    ManifestFile train = files.manifest(folder.resolve("manifest.train"));
    ManifestFile test = files.manifest(folder.resolve("manifest.test"));
    AudioReader audio =
        new AudioReader(SAMPLE_RATE, DataSpecification.LONGEST_TEST_UTTERANCE_SECONDS);
    RecordingSurvey survey =
        new RecordingSurvey(storage, rootFolder, folder, audio, rule, new ParallelMap(threads));
    if (splits.test().isPresent()) {
      survey(survey, splits.test().get(), "test annotations", test::add);
      survey(survey, splits.train(), "annotations", train::add);
    } else {
      TestShare share = new TestShare(testEvery, splits.train().count(), train::add, test::add);
      share.remark().ifPresent(err::println);
      survey(survey, splits.train(), "annotations", share);
      share.finish();
    }
    files.made(train, "utterances");
    files.made(test, "utterances");
    // Without any usable line, prepare fails with that reason, and the remedies below would not
    // help.
    if (test.utterances() == 0 && (splits.test().isPresent() || train.utterances() > 0)) {
      err.println(
          "manifest.test has no utterance: "
              + (splits.test().isPresent()
                  ? "no line of the test annotations can be used"
                  : "none of the %d usable lines is taken; set a smaller --test-every"
                      .formatted(train.utterances()))
              + ", name a list with --test-annotations or train with --test_off=True");
    }
    for (Map.Entry<String, AnnotationSource> other : splits.others().entrySet()) {
      ManifestFile manifest = files.manifest(folder.resolve("manifest." + other.getKey()));
      survey(survey, other.getValue(), other.getKey() + " annotations", manifest::add);
      files.made(manifest, "utterances");
    }
    return train.written();
  }

  private void survey(
      RecordingSurvey survey, AnnotationSource source, String task, Consumer<Utterance> utterances)
      throws DataFileException, InterruptedException {
    Problems problems = new Problems(skipped);
    try (Annotations lines = source.open();
        Progress progress = Progress.of(err, task, source.count())) {
      ListUsage lists = survey.survey(lines, utterances, problems::add, progress::step);
      lines.remarks().forEach(err::println);
      lists.lost().forEach(err::println);
    }
    problems.print(err);
  }

  /**
   * Creates {@code manifest.noise} from the recordings in a folder and its subfolders.
   *
   * @return the manifest, for {@link PreparedFiles#made}
   */
  ManifestFile noise(Path noise) throws DataFileException, InterruptedException {
    AudioReader audio = new AudioReader(SAMPLE_RATE, RecordingCache.LONGEST_SECONDS);
    RecordingSurvey survey =
        new RecordingSurvey(storage, rootFolder, folder, audio, null, new ParallelMap(threads));
    Path absolute = noise.toAbsolutePath().normalize();
    if (storage.resolve(absolute.toString()).isEmpty()) {
      throw new DataFileException(
          "--noise: %s: lies outside the dataset root %s".formatted(absolute, rootFolder));
    }
    List<Path> recordings = storage.files(new LocalFile(absolute));
    Iterator<AnnotationLine> lines =
        recordings.stream()
            .map(file -> AnnotationLine.of(new Annotation(absolute, 0, file.toString(), "")))
            .iterator();
    ManifestFile manifest = files.manifest(folder.resolve("manifest.noise"));
    Problems problems = new Problems(skipped);
    try (Progress progress = Progress.of(err, "noise", recordings.size())) {
      var unused = survey.survey(lines, manifest::add, problems::add, progress::step);
    }
    problems.print(err);
    if (manifest.utterances() == 0) {
      throw new DataFileException(noise + ": has no recording that can be used");
    }
    return manifest;
  }

  /** Counts the characters of the normalised texts. Malformed lines are reported. */
  CharacterCounts characters(ManifestSource manifest) throws DataFileException {
    CharacterCounts counts = new CharacterCounts();
    Problems problems = new Problems(skipped);
    UnknownFieldCounts unknownFields = new UnknownFieldCounts();
    try (ManifestLines lines = manifest.lines()) {
      while (lines.hasNext()) {
        ManifestLine line = lines.next();
        if (line.problem() == null) {
          unknownFields.add(line.unknownFields(), line.utterance().line());
          counts.add(NormalisedText.of(line.utterance().text(), rule));
        } else {
          problems.add(line.problem());
        }
      }
    }
    unknownFields.summary().ifPresent(line -> err.println(manifest + ": " + line));
    problems.print(err);
    return counts;
  }

  /**
   * Creates the vocabulary file.
   *
   * @param manifest the manifest of the characters, for messages
   * @param countThreshold characters that occur less often are not tokens
   */
  void vocabulary(Path file, CharacterCounts counts, ManifestSource manifest, long countThreshold)
      throws DataFileException {
    List<String> vocabulary = counts.lines(countThreshold);
    if (vocabulary.size() == 1) {
      throw new DataFileException(
          "%s: no character occurs %d times or more".formatted(manifest, countThreshold));
    }
    int rare = counts.characters() - (vocabulary.size() - 1);
    files.add(
        file,
        CharacterCounts.file(vocabulary),
        vocabulary.size()
            + " tokens"
            + (rare == 0
                ? ""
                : "; %d characters that occur less than %d times do not become tokens"
                    .formatted(rare, countThreshold)));
  }

  /**
   * Creates the file with mean and standard deviation.
   *
   * @param location the present or future location of the manifest
   * @param utterances the number of utterances in the manifest
   * @param wanted number of utterances to use, evenly spread
   */
  void statistics(
      Path file, ManifestSource manifest, Location location, long utterances, long wanted)
      throws DataFileException, InterruptedException {
    StatisticsCollector collector = new StatisticsCollector(storage, location, threads);
    Problems problems = new Problems(skipped);
    try (ManifestLines lines = manifest.lines();
        Progress progress = Progress.of(err, "mean_std", wanted)) {
      collector.collect(
          new SpreadUtterances(lines, utterances, wanted), problems::add, progress::step);
    }
    problems.print(err);
    if (collector.statistics().frames() == 0) {
      throw new DataFileException(manifest + ": no audio can be used");
    }
    MeanStd statistics;
    try {
      statistics = collector.statistics().meanStd();
    } catch (IllegalArgumentException e) {
      throw new DataFileException(
          "%s: too little audio for statistics: %s".formatted(manifest, e.getMessage()), e);
    }
    files.add(file, MeanStdFile.write(statistics), "mean and standard deviation of 161 bins");
  }
}
