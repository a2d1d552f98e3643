package deepspeech.tools.prepare;

import deepspeech.messages.configuration.Argument;
import deepspeech.messages.features.TextNormalisation;
import deepspeech.messages.identity.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.manifest.ManifestSource;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import deepspeech.speech.storage.Location.LocalFile;
import deepspeech.tools.common.ArgumentOptions;
import deepspeech.tools.common.DataTool;
import deepspeech.tools.common.DatasetRootOption;
import deepspeech.tools.common.ManifestFile;
import deepspeech.tools.common.SkippedUtteranceList;
import deepspeech.tools.common.SkippedUtteranceListOption;
import deepspeech.tools.common.ThreadsOption;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Creates all files that training needs: the manifests from annotation lists, the vocabulary file
 * and {@code mean_std.npz} from the training manifest, and a noise manifest from a folder of noise.
 * Equal input gives equal bytes. No file appears before all files are complete.
 */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes all files that training needs from annotation lists (--annotations) or from a"
          + " public corpus (--corpus), or those that a manifest (--manifest) lacks.",
      "Lines and audio that cannot be used are skipped and reported."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:all files are written",
      "1:the data cannot be used",
      "2:invalid command line"
    })
public final class PrepareCommand implements Callable<Integer> {
  private static final int BAD_DATA = 1;
  private static final int ALL = -1;
  private static final ArgumentOptions ARGUMENTS = new ArgumentOptions(Argument.TEXT_NORMALISATION);

  private final PrintStream out;
  private final PrintStream err;

  @Spec private CommandSpec spec;

  @Option(
      names = "--annotations",
      paramLabel = "PATH",
      description = {
        "Annotation list, or a folder of annotation lists: each line is the path of an audio file, a"
            + " tab and the text, in UTF-8, or a JSON object as in a manifest. Or a Kaldi data folder (wav.scp,"
            + " text, segments), or cuts or supervisions of Lhotse (.jsonl, .jsonl.gz).",
        "A path is relative to the list's folder or, if no such file exists there, to the dataset"
            + " root. Makes manifest.train and"
            + " manifest.test."
      })
  private Path annotations;

  @Option(
      names = "--corpus",
      paramLabel = "NAME",
      description =
          "An unpacked corpus with its own splits: aishell, thchs30, free-st, librispeech"
              + " or common-voice. Makes manifest.train, manifest.test and a manifest for each other split,"
              + " such as manifest.dev.")
  private String corpus;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "Folder of the corpus, or its parent folder.")
  private Path corpusFolder;

  @Option(
      names = "--test-annotations",
      paramLabel = "PATH",
      description =
          "Annotations as in --annotations, for manifest.test. Default: the list test.txt or"
              + " test.json in the folder, else lines of the other lists, see --test-every.")
  private Path testAnnotations;

  @Option(
      names = "--test-every",
      paramLabel = "N",
      description =
          "Without a test list, every N-th usable line except the first goes to manifest.test"
              + " instead. Default: 500, or 10 if there are fewer than 501 lines.")
  private Integer testEvery;

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description =
          "Existing training manifest, a file or s3://bucket/key: JSON lines of"
              + " audio_filepath, duration and text. Train with the same text_normalisation.")
  private String manifest;

  @Option(
      names = "--noise",
      paramLabel = "FOLDER",
      description =
          "Folder of noise recordings, which may lie in subfolders. Makes manifest.noise.")
  private Path noise;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description =
          "Folder for all files that are written. Default: dataset under the dataset root, if one is"
              + " given, else in the working directory; with --manifest the manifest's folder.")
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
      names = {"--count-threshold", "--count_threshold"},
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Characters that occur less often do not become tokens. Default: ${DEFAULT-VALUE}.")
  private long countThreshold;

  @Option(
      names = {"--num-samples", "--num_samples"},
      paramLabel = "N",
      defaultValue = "-1",
      description = "Compute the statistics from N utterances, evenly spread. Default: -1, all.")
  private int numSamples;

  @Mixin private SkippedUtteranceListOption list;
  @Mixin private ThreadsOption threads;

  private PrepareCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String... arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** The command line of this program. */
  public static CommandLine commandLine(PrintStream out, PrintStream err) {
    return DataTool.commandLine(ARGUMENTS.addTo(new PrepareCommand(out, err)), BAD_DATA, out, err);
  }

  /**
   * Runs the command.
   *
   * @param out receives the results
   * @param err receives the errors, one line each
   * @return the exit code
   */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    return DataTool.run(commandLine(out, err), err, arguments);
  }

  @Override
  public Integer call() throws DataFileException, InterruptedException {
    String wrong = wrongUsage();
    if (wrong != null) {
      err.println("prepare: " + wrong + "; see --help");
      return DataTool.BAD_USAGE;
    }
    threads.threads();
    TextNormalisation rule =
        ARGUMENTS
            .read(spec.commandLine().getParseResult())
            .data(Split.TRAIN, 1)
            .textNormalisation();
    String source = manifest == null ? null : datasetRoot.find(manifest);
    Path folder = folder(source);
    Path[] data = data(source, folder);
    Path rootFolder = datasetRoot.folder(data);
    if ((manifest == null || noise != null) && !folder.startsWith(rootFolder)) {
      throw new DataFileException(
          "--output: %s: lies outside the dataset root %s".formatted(folder, rootFolder));
    }
    try (DataStorage storage = datasetRoot.storage(data);
        SkippedUtteranceList skipped = list.begin();
        PreparedFiles files = new PreparedFiles()) {
      DataSetPreparation preparation =
          new DataSetPreparation(
              storage, rootFolder, folder, rule, threads.threads(), err, files, skipped);
      try {
        make(storage, source, folder, files, preparation);
      } catch (DataFileException e) {
        // The list is most useful when no data can be used.
        skipped.finish();
        throw e;
      }
      skipped.finish();
      files.finish(out);
    }
    return 0;
  }

  private void make(
      DataStorage storage,
      String source,
      Path folder,
      PreparedFiles files,
      DataSetPreparation preparation)
      throws DataFileException, InterruptedException {
    Path vocabulary = vocabPath == null ? folder.resolve("zh_vocab.txt") : vocabPath;
    Path statistics = meanStdPath == null ? folder.resolve("mean_std.npz") : meanStdPath;
    files.begin(vocabulary);
    files.begin(statistics);
    Splits splits = source == null ? splits() : null;
    // The noise comes first: it takes minutes, whereas the annotations may take hours.
    Optional<ManifestFile> noiseManifest =
        noise == null ? Optional.empty() : Optional.of(preparation.noise(noise));
    Location location;
    ManifestSource lines;
    if (source == null) {
      location = new LocalFile(folder.resolve("manifest.train"));
      lines = preparation.annotated(splits, testEvery);
    } else {
      Location there = storage.file("--manifest", source);
      location = there;
      lines = new ManifestSource(there.toString(), () -> storage.open(there));
    }
    CharacterCounts characters = preparation.characters(lines);
    if (characters.texts() == 0) {
      throw new DataFileException(
          (source == null ? annotated() : location) + ": has no line that can be used");
    }
    noiseManifest.ifPresent(made -> files.made(made, "recordings"));
    preparation.vocabulary(vocabulary, characters, lines, countThreshold);
    preparation.statistics(
        statistics,
        lines,
        location,
        characters.texts(),
        numSamples == ALL ? characters.texts() : Math.min(numSamples, characters.texts()));
  }

  private String wrongUsage() {
    if (Stream.of(annotations, manifest, corpus).filter(Objects::nonNull).count() != 1) {
      return "exactly one of --annotations, --manifest and --corpus is needed";
    }
    if ((corpus == null) != (corpusFolder == null)) {
      return corpus == null
          ? "\"%s\" is given without an option; allowed: a folder after --corpus NAME"
              .formatted(corpusFolder)
          : "--corpus %s needs the folder of the corpus after it".formatted(corpus);
    }
    if (corpus != null && PublicCorpus.of(corpus).isEmpty()) {
      return "--corpus is %s; allowed: %s".formatted(corpus, PublicCorpus.names());
    }
    if (testAnnotations != null && annotations == null) {
      return "--test-annotations goes with --annotations only";
    }
    if (manifest != null && isObject(manifest) && output == null) {
      return "--output is needed where --manifest is an object";
    }
    if (countThreshold < 1) {
      return "--count-threshold is %d; allowed: at least 1".formatted(countThreshold);
    }
    if (numSamples < 1 && numSamples != ALL) {
      return "--num-samples is %d; allowed: at least 1, or -1 for all".formatted(numSamples);
    }
    return testEvery != null && testEvery < 2
        ? "--test-every is %d; allowed: at least 2".formatted(testEvery)
        : null;
  }

  private Splits splits() throws DataFileException {
    return corpus == null
        ? AnnotationFolder.splits(annotations, testAnnotations)
        : PublicCorpus.of(corpus).orElseThrow().splits(corpusFolder.toAbsolutePath().normalize());
  }

  /** Returns the input from which the manifests are created. */
  private Path annotated() {
    return corpus == null ? annotations : corpusFolder;
  }

  private Path folder(String source) {
    if (output != null) {
      return output.toAbsolutePath().normalize();
    }
    return source == null
        ? datasetRoot.named().orElse(Path.of("")).resolve("dataset").toAbsolutePath().normalize()
        : Path.of(source).toAbsolutePath().normalize().getParent();
  }

  /** Returns the paths that must be under the dataset root. */
  private Path[] data(String source, Path folder) {
    if (source == null) {
      return new Path[] {annotated(), folder};
    }
    if (isObject(source)) {
      return noise == null ? new Path[0] : new Path[] {folder};
    }
    return new Path[] {Path.of(source)};
  }

  private static boolean isObject(String path) {
    return path.startsWith(Location.OBJECT_SCHEME);
  }
}
