package deepspeech.dataprep.prepare;

import static deepspeech.dataprep.features.FeatureShape.SAMPLE_RATE;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.audio.AudioReader;
import deepspeech.dataprep.augmentation.RecordingCache;
import deepspeech.dataprep.features.MeanStd;
import deepspeech.dataprep.features.MeanStdFile;
import deepspeech.dataprep.manifest.Manifest;
import deepspeech.dataprep.manifest.ManifestReader;
import deepspeech.dataprep.manifest.Utterance;
import deepspeech.dataprep.storage.DataStorage;
import deepspeech.dataprep.storage.Location.LocalFile;
import deepspeech.dataprep.text.NormalisedText;
import deepspeech.dataprep.tool.DataFiles;
import deepspeech.dataprep.tool.DataTool;
import deepspeech.dataprep.tool.DatasetRootOption;
import deepspeech.dataprep.tool.Progress;
import deepspeech.dataprep.tool.SideBySide;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.LeftOut;
import deepspeech.messages.features.TextNormalisation;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Makes all that training needs: of annotation lists the manifests, of the training manifest the
 * vocabulary file and {@code mean_std.npz}, of a folder of noise its manifest. The same input gives
 * the same bytes. Nothing is written before everything is made.
 */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes all that training needs of annotation lists (--annotations), or what it needs beside a"
          + " manifest (--manifest).",
      "Lines and audio that cannot be used are left out and told."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:all files are written", "1:the data cannot be used", "2:wrong usage"})
public final class PrepareCommand implements Callable<Integer> {
  private static final int BAD_DATA = 1;
  private static final int TOLD_PROBLEMS = 10;
  private static final int ALL = -1;
  private static final double SECONDS_IN_HOUR = 3600;

  private final PrintStream out;
  private final PrintStream err;
  private final Map<Path, byte[]> files = new LinkedHashMap<>();
  private final List<String> results = new ArrayList<>();

  @Option(
      names = "--annotations",
      paramLabel = "PATH",
      description = {
        "Annotation list, or a folder of such: on each line the path of an audio file, a tab and the"
            + " text, in UTF-8.",
        "A path is relative to the list's folder, else to the dataset root. Makes manifest.train and"
            + " manifest.test."
      })
  private Path annotations;

  @Option(
      names = "--test-annotations",
      paramLabel = "PATH",
      description = "The same for manifest.test. Default: lines of the others, see --test-every.")
  private Path testAnnotations;

  @Option(
      names = "--test-every",
      paramLabel = "N",
      defaultValue = "500",
      description =
          "Every so-many-th usable line goes to manifest.test instead, but for the first."
              + " Default: ${DEFAULT-VALUE}.")
  private int testEvery;

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description =
          "Training manifest that is there already: JSON lines of audio_filepath, duration and"
              + " text.")
  private Path manifest;

  @Option(
      names = "--noise",
      paramLabel = "FOLDER",
      description = "Recordings of noise, in this folder or below. Makes manifest.noise.")
  private Path noise;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description =
          "Folder of all files that are made. Default: dataset, or the manifest's folder.")
  private Path output;

  @Option(
      names = {"--vocab-path", "--vocab_path"},
      paramLabel = "FILE",
      description = "Vocabulary file to write. Default: zh_vocab.txt in the output folder.")
  private Path vocabPath;

  @Option(
      names = {"--mean-std-path", "--mean_std_path"},
      paramLabel = "FILE",
      description = "Statistics to write. Default: mean_std.npz in the output folder.")
  private Path meanStdPath;

  @Mixin private DatasetRootOption datasetRoot;

  @Option(
      names = {"--text-normalisation", "--text_normalisation"},
      paramLabel = "RULE",
      defaultValue = "keep",
      description = {
        "What becomes of texts, in the manifests that are made and before characters are counted: "
            + TextNormalisation.ALLOWED
            + ".",
        "Default: ${DEFAULT-VALUE}. With --manifest, train with the same text_normalisation."
      })
  private String textNormalisation;

  @Option(
      names = {"--count-threshold", "--count_threshold"},
      paramLabel = "N",
      defaultValue = "2",
      description = "Characters that occur less often are no tokens. Default: ${DEFAULT-VALUE}.")
  private long countThreshold;

  @Option(
      names = {"--num-samples", "--num_samples"},
      paramLabel = "N",
      defaultValue = "-1",
      description = "Take the statistics of so many utterances, evenly spread. Default: -1, all.")
  private int numSamples;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Decode so many utterances at a time. Default: the number of cores.")
  private int threads = Runtime.getRuntime().availableProcessors();

  private PrepareCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String... arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /**
   * Runs the command.
   *
   * @param out gets the results
   * @param err gets the errors, one line each
   * @return the exit code
   */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    PrepareCommand program = new PrepareCommand(out, err);
    if (arguments.length == 0) {
      new CommandLine(program).usage(err);
      return DataTool.BAD_USAGE;
    }
    return DataTool.run(program, BAD_DATA, out, err, arguments);
  }

  @Override
  public Integer call() throws DataFileException, InterruptedException {
    String wrong = wrongUsage();
    if (wrong != null) {
      err.println("prepare: " + wrong + "; see --help");
      return DataTool.BAD_USAGE;
    }
    TextNormalisation rule = TextNormalisation.valueOf(textNormalisation.toUpperCase(Locale.ROOT));
    Path folder = folder();
    Path[] data = manifest == null ? new Path[] {annotations, folder} : new Path[] {manifest};
    Path rootFolder = datasetRoot.folder(data);
    if ((manifest == null || noise != null) && !folder.startsWith(rootFolder)) {
      throw new DataFileException(
          "--output: %s: lies outside the dataset root %s".formatted(folder, rootFolder));
    }
    try (DataStorage storage = datasetRoot.storage(data)) {
      make(storage, rootFolder, folder, rule);
    }
    for (Map.Entry<Path, byte[]> made : files.entrySet()) {
      DataFiles.write(made.getKey(), made.getValue());
    }
    results.forEach(out::println);
    return 0;
  }

  private void make(DataStorage storage, Path rootFolder, Path folder, TextNormalisation rule)
      throws DataFileException, InterruptedException {
    Path file;
    Manifest lines;
    if (manifest == null) {
      file = folder.resolve("manifest.train");
      lines = ManifestReader.read(annotated(storage, rootFolder, folder, rule), file.toString());
    } else {
      file = manifest.toAbsolutePath().normalize();
      storage.file("--manifest", file.toString());
      lines = ManifestReader.read(DataFiles.read(file), file.toString());
      tell(lines.leftOut());
    }
    if (lines.utterances().isEmpty()) {
      throw new DataFileException(
          (manifest == null ? annotations : file) + ": has no line that can be used");
    }
    if (noise != null) {
      noise(storage, rootFolder, folder);
    }
    vocabulary(lines, file, folder, rule);
    MeanStd statistics = statistics(storage, file, lines);
    Path statisticsFile = meanStdPath == null ? folder.resolve("mean_std.npz") : meanStdPath;
    files.put(statisticsFile, MeanStdFile.write(statistics));
    results.add(statisticsFile + ": mean and standard deviation of 161 bins");
  }

  private String wrongUsage() {
    if ((annotations == null) == (manifest == null)) {
      return "one of --annotations and --manifest is needed";
    }
    if (testAnnotations != null && annotations == null) {
      return "--test-annotations goes with --annotations only";
    }
    if (!TextNormalisation.isName(textNormalisation)) {
      return "--text-normalisation is %s; allowed: %s"
          .formatted(textNormalisation, TextNormalisation.ALLOWED);
    }
    if (countThreshold < 1 || threads < 1) {
      return "--count-threshold and --threads must be at least 1";
    }
    if (numSamples < 1 && numSamples != ALL) {
      return "--num-samples must be at least 1, or -1 for all";
    }
    return testEvery < 2 ? "--test-every must be at least 2" : null;
  }

  private Path folder() {
    if (output != null) {
      return output.toAbsolutePath().normalize();
    }
    return manifest == null
        ? Path.of("dataset").toAbsolutePath()
        : manifest.toAbsolutePath().normalize().getParent();
  }

  /** Makes the manifests of the annotations. */
  private byte[] annotated(
      DataStorage storage, Path rootFolder, Path folder, TextNormalisation rule)
      throws DataFileException, InterruptedException {
    AudioReader audio = new AudioReader(SAMPLE_RATE, DataSpecification.LONGEST_UTTERANCE_SECONDS);
    SideBySide sideBySide = new SideBySide(threads);
    RecordingSurvey survey =
        new RecordingSurvey(storage, rootFolder, folder, audio, rule, sideBySide);
    List<Utterance> usable = survey(survey, annotations, testAnnotations, "annotations");
    List<Utterance> train = new ArrayList<>();
    List<Utterance> test = new ArrayList<>();
    if (testAnnotations == null) {
      for (int i = 0; i < usable.size(); i++) {
        (i > 0 && i % testEvery == 0 ? test : train).add(usable.get(i));
      }
    } else {
      train.addAll(usable);
      List<Utterance> both = survey(survey, testAnnotations, null, "test annotations");
      test.addAll(both.subList(train.size(), both.size()));
    }
    byte[] trainFile = ManifestFile.of(train);
    made(folder.resolve("manifest.train"), trainFile, train, "utterances");
    made(folder.resolve("manifest.test"), ManifestFile.of(test), test, "utterances");
    if (test.isEmpty()) {
      err.println(
          testAnnotations == null
              ? "manifest.test has no utterance: there are %d usable ones, and --test-every is %d"
                  .formatted(usable.size(), testEvery)
              : "manifest.test has no utterance");
    }
    return trainFile;
  }

  private List<Utterance> survey(RecordingSurvey survey, Path lists, Path except, String task)
      throws DataFileException, InterruptedException {
    AnnotationReader reader = new AnnotationReader();
    reader.read(lists, except);
    int before = survey.leftOut().size();
    try (Progress progress = Progress.of(err, task, reader.annotations().size())) {
      survey.survey(reader.annotations(), progress::step);
    }
    List<LeftOut> leftOut = new ArrayList<>(reader.leftOut());
    leftOut.addAll(survey.leftOut().subList(before, survey.leftOut().size()));
    tell(leftOut);
    return List.copyOf(survey.utterances());
  }

  private void noise(DataStorage storage, Path rootFolder, Path folder)
      throws DataFileException, InterruptedException {
    AudioReader audio = new AudioReader(SAMPLE_RATE, RecordingCache.LONGEST_SECONDS);
    RecordingSurvey survey =
        new RecordingSurvey(storage, rootFolder, folder, audio, null, new SideBySide(threads));
    Path absolute = noise.toAbsolutePath().normalize();
    List<Annotation> recordings =
        AnnotationReader.files(absolute, Integer.MAX_VALUE).stream()
            .map(file -> new Annotation(absolute, 0, file.toString(), ""))
            .toList();
    try (Progress progress = Progress.of(err, "noise", recordings.size())) {
      survey.survey(recordings, progress::step);
    }
    tell(survey.leftOut());
    if (survey.utterances().isEmpty()) {
      throw new DataFileException(noise + ": has no recording that can be used");
    }
    made(
        folder.resolve("manifest.noise"),
        ManifestFile.of(survey.utterances()),
        survey.utterances(),
        "recordings");
  }

  private void made(Path file, byte[] content, List<Utterance> utterances, String what) {
    files.put(file, content);
    results.add(
        String.format(
            Locale.ROOT,
            "%s: %d %s, %.2f hours",
            file,
            utterances.size(),
            what,
            utterances.stream().mapToDouble(Utterance::duration).sum() / SECONDS_IN_HOUR));
  }

  private void vocabulary(Manifest lines, Path file, Path folder, TextNormalisation rule)
      throws DataFileException {
    CharacterCounts counts = new CharacterCounts();
    lines.utterances().forEach(utterance -> counts.add(NormalisedText.of(utterance.text(), rule)));
    List<String> vocabulary = counts.lines(countThreshold);
    if (vocabulary.size() == 1) {
      throw new DataFileException(
          "%s: no character occurs %d times or more".formatted(file, countThreshold));
    }
    Path vocabularyFile = vocabPath == null ? folder.resolve("zh_vocab.txt") : vocabPath;
    files.put(vocabularyFile, CharacterCounts.file(vocabulary));
    int rare = counts.characters() - (vocabulary.size() - 1);
    results.add(
        "%s: %d tokens%s"
            .formatted(
                vocabularyFile,
                vocabulary.size(),
                rare == 0
                    ? ""
                    : "; %d characters that occur less than %d times are none"
                        .formatted(rare, countThreshold)));
  }

  private MeanStd statistics(DataStorage storage, Path file, Manifest lines)
      throws DataFileException, InterruptedException {
    List<Utterance> utterances = spread(lines.utterances());
    StatisticsCollector collector = new StatisticsCollector(storage, new LocalFile(file), threads);
    try (Progress progress = Progress.of(err, "mean_std", utterances.size())) {
      collector.collect(utterances, progress::step);
    }
    tell(collector.leftOut());
    if (collector.statistics().frames() == 0) {
      throw new DataFileException(file + ": no audio can be used");
    }
    try {
      return collector.statistics().meanStd();
    } catch (IllegalArgumentException e) {
      throw new DataFileException(
          "%s: too little audio for statistics: %s".formatted(file, e.getMessage()), e);
    }
  }

  private List<Utterance> spread(List<Utterance> utterances) {
    if (numSamples == ALL || numSamples >= utterances.size()) {
      return utterances;
    }
    return IntStream.range(0, numSamples)
        .mapToObj(i -> utterances.get((int) ((long) i * utterances.size() / numSamples)))
        .toList();
  }

  private void tell(List<LeftOut> leftOut) {
    leftOut.stream().limit(TOLD_PROBLEMS).forEach(problem -> err.println(problem.detail()));
    if (!leftOut.isEmpty()) {
      Map<String, Long> reasons =
          leftOut.stream()
              .collect(
                  Collectors.groupingBy(
                      problem -> problem.reason().toString(), TreeMap::new, Collectors.counting()));
      err.println("left out " + leftOut.size() + " utterances: " + reasons);
    }
  }
}
