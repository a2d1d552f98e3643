package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.checkpoint.LocalCheckpoint;
import deepspeech.checkpoint.NewestIntactCheckpoint;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Downloads checkpoints, or one file of them, into a directory that is deleted after use. */
final class CheckpointDownload {
  private static final int MOST_DAMAGED_SHOWN = 3;

  private final Path workDirectory;
  private final String purpose;
  private final Set<String> files;

  private CheckpointDownload(Path workDirectory, String purpose, Set<String> files) {
    this.workDirectory = workDirectory;
    this.purpose = purpose;
    this.files = files;
  }

  /**
   * Downloads all files of a checkpoint, for a run.
   *
   * @param workDirectory the directory for downloads
   */
  static CheckpointDownload whole(Path workDirectory) {
    return new CheckpointDownload(workDirectory, "from-", Set.of());
  }

  /**
   * Downloads the training state alone, for a command. A command may be checked while a run
   * downloads the same checkpoint, so the two use different directories.
   *
   * @param workDirectory the directory for downloads
   */
  static CheckpointDownload trainingState(Path workDirectory) {
    return new CheckpointDownload(workDirectory, "check-", Set.of(CheckpointFiles.TRAINING_STATE));
  }

  @FunctionalInterface
  interface LocalReader<T> {
    T read(LocalCheckpoint checkpoint) throws IOException;
  }

  /**
   * Downloads and reads the checkpoint that a configuration names.
   *
   * @param run the run that a reference without a run means
   * @throws InvalidMessageException if the checkpoint does not exist, or if a downloaded file is
   *     damaged; the cause is then a {@link DamagedCheckpointException}
   */
  <T> T readNamed(
      CheckpointResolver resolver,
      RunId run,
      Argument argument,
      ModelReference model,
      LocalReader<T> reader) {
    StoredCheckpoint stored = resolver.resolve(run, argument, model);
    try {
      return read(resolver.storeOf(model), stored.run(), stored.checkpoint(), reader);
    } catch (DamagedCheckpointException e) {
      throw CheckpointResolver.refused(argument, model, e);
    }
  }

  /**
   * Downloads and reads a checkpoint.
   *
   * @throws DamagedCheckpointException if a downloaded file differs from what was committed
   */
  <T> T read(CheckpointStore from, RunId run, CheckpointId checkpoint, LocalReader<T> reader) {
    Path directory = workDirectory.resolve(purpose + run + "-" + checkpoint);
    return inDirectory(directory, () -> reader.read(from.open(run, checkpoint, directory, files)));
  }

  /**
   * Downloads and reads the newest checkpoint of a run whose downloaded files are intact.
   *
   * @param damaged receives a message for each damaged checkpoint that was skipped
   * @throws CheckpointNotFoundException if there is no such checkpoint
   */
  <T> T readNewest(
      CheckpointStore from, RunId run, Consumer<String> damaged, LocalReader<T> reader) {
    Path directory = workDirectory.resolve(purpose + run + "-newest");
    return inDirectory(
        directory,
        () -> {
          NewestIntactCheckpoint newest = from.newestIntact(run, directory, files);
          newest.damaged().forEach(e -> damaged.accept(e.getMessage()));
          return reader.read(
              newest
                  .checkpoint()
                  .orElseThrow(() -> new CheckpointNotFoundException(noneIntact(run, newest))));
        });
  }

  /**
   * The same for a command that names the latest checkpoint.
   *
   * @param model the reference in the command
   * @throws InvalidMessageException if there is no such checkpoint
   */
  <T> T readLatest(
      CheckpointStore from,
      RunId run,
      ModelReference model,
      Consumer<String> damaged,
      LocalReader<T> reader) {
    try {
      return readNewest(from, run, damaged, reader);
    } catch (CheckpointNotFoundException e) {
      throw CheckpointResolver.refused(Argument.RESUME_MODEL, model, e);
    }
  }

  @FunctionalInterface
  private interface FileOperation<T> {
    T run() throws IOException;
  }

  private static <T> T inDirectory(Path directory, FileOperation<T> operation) {
    try {
      return operation.run();
    } catch (IOException e) {
      throw new IllegalStateException("%s: cannot read: %s".formatted(directory, e), e);
    } finally {
      WorkFiles.delete(directory);
    }
  }

  private static String noneIntact(RunId run, NewestIntactCheckpoint newest) {
    if (newest.damaged().isEmpty()) {
      return "run %s has no complete checkpoint; train it under a new name".formatted(run);
    }
    int more = newest.damaged().size() - MOST_DAMAGED_SHOWN;
    return newest.damaged().stream()
        .limit(MOST_DAMAGED_SHOWN)
        .map(Throwable::getMessage)
        .collect(
            Collectors.joining(
                "; ",
                "all checkpoints of run %s are damaged: ".formatted(run),
                more > 0 ? "; and %d more".formatted(more) : ""));
  }
}
