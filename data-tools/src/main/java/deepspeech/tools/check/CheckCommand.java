package deepspeech.tools.check;

import deepspeech.messages.configuration.Argument;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.manifest.ManifestLine;
import deepspeech.speech.manifest.ManifestLines;
import deepspeech.speech.manifest.ManifestSource;
import deepspeech.speech.manifest.Vocabulary;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import deepspeech.tools.common.ArgumentOptions;
import deepspeech.tools.common.DataTool;
import deepspeech.tools.common.DatasetRootOption;
import deepspeech.tools.common.Progress;
import deepspeech.tools.common.SkippedUtteranceList;
import deepspeech.tools.common.SkippedUtteranceListOption;
import deepspeech.tools.common.ThreadsOption;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Reports what a run would find in a manifest. With the configuration arguments of the run, the
 * code that training uses checks every line and every audio file. Changes nothing on disk.
 */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks every utterance of a manifest as a run with the same arguments does: line, text,"
          + " audio, duration. Reports what cannot be used, by reason, and changes nothing."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:no problem was found",
      "1:problems were found",
      "2:invalid command line",
      "3:the manifest, the vocabulary or the list cannot be used as a whole, or no"
          + " utterance can be used"
    })
public final class CheckCommand implements Callable<Integer> {
  private static final int FOUND = 1;
  private static final int BAD_DATA = 3;
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  /** The arguments of a run that decide which utterances it uses. */
  private static final ArgumentOptions ARGUMENTS =
      new ArgumentOptions(
          Argument.TRAIN_MANIFEST,
          Argument.TEST_MANIFEST,
          Argument.VOCAB_PATH,
          Argument.MIN_DURATION,
          Argument.MAX_DURATION,
          Argument.MAX_TEST_DURATION,
          Argument.TEXT_NORMALISATION,
          Argument.UNKNOWN_CHARACTERS);

  private final PrintStream out;
  private final PrintStream err;

  @Spec private CommandSpec spec;
  @Mixin private DatasetRootOption datasetRoot;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      defaultValue = "train",
      description = {
        "train: train_manifest, by the rules of training; test: test_manifest, by those of a test.",
        "Default: ${DEFAULT-VALUE}."
      })
  private String splitName;

  @Mixin private SkippedUtteranceListOption list;

  @Mixin private ThreadsOption threads;

  private CheckCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String... arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** The command line of this program. */
  public static CommandLine commandLine(PrintStream out, PrintStream err) {
    return DataTool.commandLine(ARGUMENTS.addTo(new CheckCommand(out, err)), BAD_DATA, out, err);
  }

  /**
   * Runs the command.
   *
   * @param out receives the report
   * @param err receives progress and errors
   * @return the exit code
   */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    return DataTool.run(commandLine(out, err), err, arguments);
  }

  @Override
  public Integer call() throws DataFileException, InterruptedException {
    if (!splitName.equals("train") && !splitName.equals("test")) {
      err.println("check: --split is " + splitName + "; allowed: train or test; see --help");
      return DataTool.BAD_USAGE;
    }
    Split split = splitName.equals("train") ? Split.TRAIN : Split.TEST;
    threads.threads();
    DataSpecification specification =
        ARGUMENTS.read(spec.commandLine().getParseResult()).data(split, 1);
    String manifest = datasetRoot.find(specification.manifest());
    try (DataStorage storage = datasetRoot.storageFor(manifest)) {
      return check(storage, manifest, split, specification);
    }
  }

  private int check(DataStorage storage, String path, Split split, DataSpecification specification)
      throws DataFileException, InterruptedException {
    Location manifest = storage.file(splitName + "_manifest", path);
    String vocabularyFile = datasetRoot.find(specification.vocabPath());
    Vocabulary vocabulary =
        Vocabulary.read(
            storage.content(storage.file("vocab_path", vocabularyFile), MOST_BYTES),
            vocabularyFile);
    ManifestSource source = new ManifestSource(manifest.toString(), () -> storage.open(manifest));
    CheckReport report = new CheckReport(split, specification.unknownCharacters());
    ManifestCheck check = new ManifestCheck(storage, manifest, split, specification, vocabulary);
    try (SkippedUtteranceList findings = list.begin()) {
      run(check, source, report, finding -> findings.add(finding.listed()));
      findings.finish();
    }
    report.lines(manifest.toString()).forEach(out::println);
    if (!report.hasUsable()) {
      throw new DataFileException(manifest + ": no utterance can be used");
    }
    return report.isClean() ? 0 : FOUND;
  }

  /** Returns the lines, and counts the unknown fields of each line as it is read. */
  private static Iterator<ManifestLine> seen(ManifestLines lines, CheckReport report) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return lines.hasNext();
      }

      @Override
      public ManifestLine next() {
        ManifestLine line = lines.next();
        if (line.problem() == null) {
          report.addFields(line.unknownFields(), line.utterance().line());
        }
        return line;
      }
    };
  }

  private void run(
      ManifestCheck check, ManifestSource source, CheckReport report, Consumer<Finding> findings)
      throws DataFileException, InterruptedException {
    try (ManifestLines lines = source.lines();
        Progress progress = Progress.of(err, "check", source.countLines())) {
      check.run(
          seen(lines, report),
          threads.threads(),
          outcome -> {
            report.add(outcome);
            if (outcome.finding() != null) {
              findings.accept(outcome.finding());
            }
            progress.step();
          });
    }
  }
}
