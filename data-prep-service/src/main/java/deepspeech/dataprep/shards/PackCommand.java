package deepspeech.dataprep.shards;

import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.RecentlyUsed;
import deepspeech.dataprep.manifest.ManifestLine;
import deepspeech.dataprep.manifest.ManifestLines;
import deepspeech.dataprep.manifest.ManifestReader;
import deepspeech.dataprep.manifest.ManifestSource;
import deepspeech.dataprep.manifest.Utterance;
import deepspeech.dataprep.storage.DataStorage;
import deepspeech.dataprep.storage.Location;
import deepspeech.dataprep.tool.DataTool;
import deepspeech.dataprep.tool.DatasetRootOption;
import deepspeech.dataprep.tool.ManifestFile;
import deepspeech.dataprep.tool.Problems;
import deepspeech.dataprep.tool.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Packs the audio of a manifest into tar archives, and writes a manifest that points into them. The
 * same manifest and audio give the same bytes.
 */
@Command(
    name = "pack",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Packs the audio of a manifest into tar shards and writes a manifest that points into them,"
          + " so that a store holds few large objects instead of many small ones.",
      "Audio that cannot be read is left out and told; what is in it is not looked at."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:shards and manifest are written",
      "1:the data cannot be used",
      "2:wrong usage"
    })
public final class PackCommand implements Callable<Integer> {
  private static final int BAD_DATA = 1;
  private static final int MOST_AUDIO_BYTES = 1 << 28;
  private static final int REMEMBERED_FILES = 1000;
  private static final long MEGABYTE = 1_000_000;

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--manifest",
      required = true,
      paramLabel = "FILE",
      description = "Manifest whose audio is packed; a file or s3://bucket/key.")
  private String manifest;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FOLDER",
      description = "Folder to write the shards and the manifest to.")
  private Path output;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "train",
      description =
          "Shards are NAME-000001.tar and so on, the manifest is manifest.NAME."
              + " Default: ${DEFAULT-VALUE}.")
  private String name;

  @Option(
      names = "--shard-mb",
      paramLabel = "N",
      defaultValue = "256",
      description = "Begin a new shard after so many megabytes. Default: ${DEFAULT-VALUE}.")
  private int shardMegabytes;

  /** Where recordings lie that segments are of; those named last, so that each is packed once. */
  private final RecentlyUsed<String, String> packedFiles = new RecentlyUsed<>(REMEMBERED_FILES);

  @Mixin private DatasetRootOption datasetRoot;

  private PackCommand(PrintStream out, PrintStream err) {
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
   * @param err gets progress and errors
   * @return the exit code
   */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    return DataTool.run(new PackCommand(out, err), BAD_DATA, out, err, arguments);
  }

  @Override
  public Integer call() throws DataFileException {
    if (shardMegabytes < 1 || !name.matches("[A-Za-z0-9._-]+")) {
      err.println(
          "pack: --shard-mb must be at least 1 and --name of A-Z, a-z, 0-9, ., _ and -; see --help");
      return DataTool.BAD_USAGE;
    }
    String path = datasetRoot.find(manifest);
    try (DataStorage storage = datasetRoot.storageFor(path)) {
      pack(storage, storage.file("--manifest", path));
    }
    return 0;
  }

  private void pack(DataStorage storage, Location location) throws DataFileException {
    ManifestSource source = new ManifestSource(location.toString(), () -> storage.open(location));
    Problems problems = new Problems();
    try (ShardWriter shards = new ShardWriter(output, name, shardMegabytes * MEGABYTE);
        ManifestFile packed = new ManifestFile(output.resolve("manifest." + name))) {
      try (ManifestLines lines = source.lines();
          Progress progress = Progress.of(err, "pack", source.countLines())) {
        while (lines.hasNext()) {
          ManifestLine line = lines.next();
          if (line.problem() == null) {
            pack(storage, location, line.utterance(), shards, packed, problems);
          } else {
            problems.add(line.problem().detail());
          }
          progress.step();
        }
      }
      problems.tell(err);
      int count = shards.finish();
      if (count == 0) {
        throw new DataFileException(location + ": no audio can be packed");
      }
      packed.finish();
      out.printf(
          "%s: %d utterances in %d shards, %d left out%n",
          packed.path(), packed.utterances(), count, problems.count());
    }
  }

  private void pack(
      DataStorage storage,
      Location manifest,
      Utterance utterance,
      ShardWriter shards,
      ManifestFile packed,
      Problems problems)
      throws DataFileException {
    String earlier =
        utterance.segment().map(s -> packedFiles.get(utterance.audioFilepath())).orElse(null);
    if (earlier != null) {
      packed.add(utterance.withPath(earlier));
      return;
    }
    byte[] content;
    try {
      content = audio(storage, manifest, utterance);
    } catch (IOException e) {
      problems.add(
          "%s%s: %s"
              .formatted(
                  ManifestReader.at(manifest.toString(), utterance.line()),
                  utterance.audioFilepath(),
                  e.getMessage()));
      return;
    }
    String entry = "%09d%s".formatted(utterance.line(), ending(utterance.audioFilepath()));
    String path = shards.add(entry, content) + "#" + entry;
    if (utterance.segment().isPresent()) {
      packedFiles.put(utterance.audioFilepath(), path);
    }
    packed.add(utterance.withPath(path));
  }

  private static byte[] audio(DataStorage storage, Location manifest, Utterance utterance)
      throws IOException {
    Optional<Location> file = storage.audio(manifest, utterance.audioFilepath());
    if (file.isEmpty()) {
      throw new IOException("lies outside the dataset root");
    }
    return storage.read(file.get(), MOST_AUDIO_BYTES);
  }

  /** The ending of a file's name, which tells people what is in it. */
  private static String ending(String path) {
    String file = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('#')) + 1);
    int dot = file.lastIndexOf('.');
    return dot < 0 ? "" : file.substring(dot).replaceAll("[^A-Za-z0-9.]", "");
  }
}
