package deepspeech.tools.pack;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.common.RecentlyUsed;
import deepspeech.speech.manifest.ManifestLine;
import deepspeech.speech.manifest.ManifestLines;
import deepspeech.speech.manifest.ManifestReader;
import deepspeech.speech.manifest.ManifestSource;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import deepspeech.tools.common.DataTool;
import deepspeech.tools.common.DatasetRootOption;
import deepspeech.tools.common.ManifestFile;
import deepspeech.tools.common.ParallelMap;
import deepspeech.tools.common.Problems;
import deepspeech.tools.common.Progress;
import deepspeech.tools.common.SkippedUtteranceList;
import deepspeech.tools.common.SkippedUtteranceListOption;
import deepspeech.tools.common.ThreadsOption;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Packs the audio of a manifest into tar archives, and writes a manifest that refers to the
 * archives. Equal manifests and audio give equal bytes.
 */
@Command(
    name = "pack",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Packs the audio of a manifest into tar shards and writes a manifest that points into them,"
          + " so that a store holds few large objects instead of many small ones.",
      "Audio that cannot be read is skipped and reported. Its content is not checked, unless"
          + " --transcode decodes it."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:shards and manifest are written",
      "1:the data cannot be used",
      "2:invalid command line"
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
      description = "Start a new shard after N megabytes. Default: ${DEFAULT-VALUE}.")
  private int shardMegabytes;

  @Option(
      names = "--transcode",
      paramLabel = "FORMAT",
      description =
          "flac or wav: write 16 kHz mono audio of 16 bits, so that a corpus is decoded and"
              + " resampled once and not in every epoch. Default: the files as they are.")
  private String transcode;

  /**
   * The packed paths of recordings that have segments. Keeps the most recently named ones, so that
   * each recording is packed once.
   */
  private final RecentlyUsed<String, String> packedFiles = new RecentlyUsed<>(REMEMBERED_FILES);

  @Mixin private SkippedUtteranceListOption list;
  @Mixin private ThreadsOption threads;
  @Mixin private DatasetRootOption datasetRoot;

  private PackCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String... arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** The command line of this program. */
  public static CommandLine commandLine(PrintStream out, PrintStream err) {
    return DataTool.commandLine(new PackCommand(out, err), BAD_DATA, out, err);
  }

  /**
   * Runs the command.
   *
   * @param out receives the results
   * @param err receives progress and errors
   * @return the exit code
   */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    return DataTool.run(commandLine(out, err), err, arguments);
  }

  @Override
  public Integer call() throws DataFileException, InterruptedException {
    if (shardMegabytes < 1) {
      err.printf("pack: --shard-mb is %d; allowed: at least 1; see --help%n", shardMegabytes);
      return DataTool.BAD_USAGE;
    }
    if (!name.matches("[A-Za-z0-9._-]+")) {
      err.printf("pack: --name is %s; allowed: A-Z, a-z, 0-9, ., _ and -; see --help%n", name);
      return DataTool.BAD_USAGE;
    }
    Optional<TranscodedFormat> format =
        Optional.ofNullable(transcode).flatMap(TranscodedFormat::named);
    if (transcode != null && format.isEmpty()) {
      err.printf("pack: --transcode is %s; allowed: flac or wav; see --help%n", transcode);
      return DataTool.BAD_USAGE;
    }
    String path = datasetRoot.find(manifest);
    try (DataStorage storage = datasetRoot.storageFor(path)) {
      Location location = storage.file("--manifest", path);
      pack(
          location,
          () -> storage.open(location),
          format.isPresent()
              ? transcoding(new Transcoder(storage, location, format.get()), format.get())
              : utterance -> asItIs(storage, location, utterance));
    }
    return 0;
  }

  private void pack(Location location, ManifestSource.Opener opener, Packing packing)
      throws DataFileException, InterruptedException {
    ManifestSource source = new ManifestSource(location.toString(), opener);
    try (SkippedUtteranceList skipped = list.begin();
        ShardWriter shards = new ShardWriter(output, name, shardMegabytes * MEGABYTE);
        ManifestFile packed = new ManifestFile(output.resolve("manifest." + name))) {
      Problems problems = new Problems(skipped);
      try (ManifestLines lines = source.lines();
          Progress progress = Progress.of(err, "pack", source.countLines())) {
        // Copying files unchanged needs only one thread.
        new ParallelMap(transcode == null ? 1 : threads.threads())
            .forEach(
                lines,
                line -> packed(location, line, packing),
                outcome -> {
                  if (outcome instanceof AudioToPack audio) {
                    add(audio, location, shards, packed, problems);
                  } else if (outcome instanceof Skipped line) {
                    problems.add(line.problem);
                  }
                  progress.step();
                });
      } catch (ShardFailure e) {
        throw e.cause;
      }
      problems.print(err);
      skipped.finish();
      int count = shards.finish();
      if (count == 0) {
        throw new DataFileException(location + ": no audio can be packed");
      }
      packed.finish();
      out.printf(
          "%s: %d utterances in %d shards, %d skipped%n",
          packed.path(), packed.utterances(), count, problems.count());
    }
  }

  /** Creates the file to pack for an utterance. */
  @FunctionalInterface
  private interface Packing {
    AudioToPack pack(Utterance utterance) throws IOException, UnusableAudioException;
  }

  private static Outcome packed(Location manifest, ManifestLine line, Packing packing) {
    if (line.problem() != null) {
      return new Skipped(line.problem());
    }
    Utterance utterance = line.utterance();
    try {
      return packing.pack(utterance);
    } catch (UnusableAudioException e) {
      return new Skipped(problem(manifest, utterance, e.reason(), e));
    } catch (IOException e) {
      return new Skipped(problem(manifest, utterance, SkipReason.MISSING_AUDIO, e));
    }
  }

  private static SkippedUtterance problem(
      Location manifest, Utterance utterance, SkipReason reason, Exception why) {
    return new SkippedUtterance(
        utterance.line(),
        utterance.audioFilepath(),
        reason,
        "%s%s: %s"
            .formatted(
                ManifestReader.at(manifest.toString(), utterance.line()),
                utterance.audioFilepath(),
                why.getMessage()));
  }

  private static Packing transcoding(Transcoder transcoder, TranscodedFormat format) {
    return utterance -> {
      Transcoder.Transcoded audio = transcoder.transcode(utterance);
      return new AudioToPack(
          utterance.asWholeFile(audio.seconds()), audio::content, format.ending());
    };
  }

  private static AudioToPack asItIs(DataStorage storage, Location manifest, Utterance utterance)
      throws UnusableAudioException {
    Location file =
        storage
            .audioPaths()
            .find(manifest, utterance.audioFilepath())
            .orElseThrow(UnusableAudioException::outsideRoot);
    return new AudioToPack(
        utterance, () -> storage.read(file, MOST_AUDIO_BYTES), ending(utterance.audioFilepath()));
  }

  private void add(
      AudioToPack audio,
      Location manifest,
      ShardWriter shards,
      ManifestFile packed,
      Problems problems) {
    Utterance utterance = audio.utterance;
    boolean isSegment = utterance.segment().isPresent();
    try {
      String path = isSegment ? packedFiles.get(utterance.audioFilepath()) : null;
      if (path == null) {
        String entry = "%09d%s".formatted(utterance.line(), audio.ending);
        path = shards.add(entry, audio.file.content()) + "#" + entry;
      }
      if (isSegment) {
        packedFiles.put(utterance.audioFilepath(), path);
      }
      packed.add(utterance.withPath(path));
    } catch (DataFileException e) {
      throw new ShardFailure(e);
    } catch (IOException e) {
      problems.add(problem(manifest, utterance, SkipReason.MISSING_AUDIO, e));
    }
  }

  /** A file to pack. */
  @FunctionalInterface
  private interface PackedFile {
    byte[] content() throws IOException;
  }

  /** The outcome of a line. */
  private sealed interface Outcome {}

  /**
   * A file that goes into a shard.
   *
   * @param file read when it is packed, and not read again for another segment of it
   * @param ending the extension of its name, with the dot
   */
  private record AudioToPack(Utterance utterance, PackedFile file, String ending)
      implements Outcome {}

  private record Skipped(SkippedUtterance problem) implements Outcome {}

  /** Carries a failure out of the parallel processing. */
  private static final class ShardFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final DataFileException cause;

    ShardFailure(DataFileException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  /** Returns the extension of a file's name, which shows users the type of the content. */
  private static String ending(String path) {
    String file = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('#')) + 1);
    int dot = file.lastIndexOf('.');
    return dot < 0 ? "" : file.substring(dot).replaceAll("[^A-Za-z0-9.]", "");
  }
}
