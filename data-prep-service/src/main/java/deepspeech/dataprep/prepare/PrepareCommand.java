package deepspeech.dataprep.prepare;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.features.MeanStd;
import deepspeech.dataprep.features.MeanStdFile;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.dataprep.manifest.Manifest;
import deepspeech.dataprep.manifest.ManifestReader;
import deepspeech.dataprep.manifest.Utterance;
import deepspeech.messages.features.LeftOut;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Makes of a manifest what training needs beside it: the vocabulary file and {@code mean_std.npz}.
 * The same manifest and audio give the same bytes.
 */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes the vocabulary file and mean_std.npz from a training manifest.",
      "Lines and audio that cannot be used are left out and told."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:both files are written", "1:the data cannot be used", "2:wrong usage"})
public final class PrepareCommand implements Callable<Integer> {
  private static final int BAD_DATA = 1;
  private static final int BAD_USAGE = 2;
  private static final int TOLD_PROBLEMS = 10;

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--manifest",
      required = true,
      paramLabel = "FILE",
      description = "Training manifest: JSON lines of audio_filepath, duration and text.")
  private Path manifest;

  @Option(
      names = "--vocab-path",
      paramLabel = "FILE",
      description = "Vocabulary file to write. Default: vocab.txt beside the manifest.")
  private Path vocabPath;

  @Option(
      names = "--mean-std-path",
      paramLabel = "FILE",
      description = "Statistics to write. Default: mean_std.npz beside the manifest.")
  private Path meanStdPath;

  @Option(
      names = "--dataset-root",
      paramLabel = "FOLDER",
      defaultValue = "${env:DEEPSPEECH_DATASET_ROOT}",
      description = {
        "Folder that all audio lies in.",
        "Default: $DEEPSPEECH_DATASET_ROOT, else the manifest's folder."
      })
  private Path datasetRoot;

  @Option(
      names = "--count-threshold",
      paramLabel = "N",
      defaultValue = "1",
      description = "Characters that occur less often are no tokens. Default: ${DEFAULT-VALUE}.")
  private long countThreshold;

  @Option(
      names = "--num-samples",
      paramLabel = "N",
      description = "Take the statistics of so many utterances, evenly spread. Default: all.")
  private Integer numSamples;

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
    CommandLine command = new CommandLine(new PrepareCommand(out, err));
    if (arguments.length == 0) {
      command.usage(err);
      return BAD_USAGE;
    }
    return command
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(
            (exception, args) -> {
              err.println("prepare: " + exception.getMessage() + "; see --help");
              return BAD_USAGE;
            })
        .setExecutionExceptionHandler(
            (exception, line, result) -> {
              if (exception instanceof DataFileException) {
                err.println("prepare: " + exception.getMessage());
                return BAD_DATA;
              }
              throw exception;
            })
        .execute(arguments);
  }

  @Override
  public Integer call() throws DataFileException, InterruptedException {
    if (countThreshold < 1 || threads < 1 || (numSamples != null && numSamples < 1)) {
      err.println(
          "prepare: --count-threshold, --num-samples and --threads must be at least 1; see --help");
      return BAD_USAGE;
    }
    Path file = manifest.toAbsolutePath().normalize();
    DatasetRoot root =
        new DatasetRoot(
            datasetRoot == null || datasetRoot.toString().isEmpty()
                ? file.getParent()
                : datasetRoot);
    file = root.file("--manifest", file.toString());
    Manifest lines = ManifestReader.read(content(file), file.toString());
    tell(lines.leftOut());
    if (lines.utterances().isEmpty()) {
      throw new DataFileException(file + ": has no line that can be used");
    }
    List<String> vocabulary = vocabulary(lines, file);
    MeanStd statistics = statistics(root, file, lines);
    Path vocabFile = vocabPath == null ? file.resolveSibling("vocab.txt") : vocabPath;
    Path statisticsFile = meanStdPath == null ? file.resolveSibling("mean_std.npz") : meanStdPath;
    write(vocabFile, CharacterCounts.file(vocabulary));
    out.printf("%s: %d tokens%n", vocabFile, vocabulary.size());
    write(statisticsFile, MeanStdFile.write(statistics));
    out.printf("%s: mean and standard deviation of 161 bins%n", statisticsFile);
    return 0;
  }

  private List<String> vocabulary(Manifest lines, Path file) throws DataFileException {
    CharacterCounts counts = new CharacterCounts();
    lines.utterances().forEach(utterance -> counts.add(utterance.text()));
    List<String> vocabulary = counts.lines(countThreshold);
    if (vocabulary.size() == 1) {
      throw new DataFileException(
          "%s: no character occurs %d times or more".formatted(file, countThreshold));
    }
    return vocabulary;
  }

  private MeanStd statistics(DatasetRoot root, Path file, Manifest lines)
      throws DataFileException, InterruptedException {
    List<Utterance> utterances = spread(lines.utterances());
    StatisticsCollector collector = new StatisticsCollector(root, file, threads);
    try (ProgressBar progress =
        new ProgressBarBuilder()
            .setTaskName("mean_std")
            .setInitialMax(utterances.size())
            .setStyle(ProgressBarStyle.ASCII)
            .setUnit(" utterances", 1)
            .setUpdateIntervalMillis(500)
            .showSpeed()
            .build()) {
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
    if (numSamples == null || numSamples >= utterances.size()) {
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

  private static byte[] content(Path file) throws DataFileException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataFileException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whoever reads the file meanwhile has the old one or the new one, whole. */
  private static void write(Path file, byte[] content) throws DataFileException {
    Path target = file.toAbsolutePath();
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      Files.createDirectories(target.getParent());
      Files.write(part, content);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new DataFileException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
