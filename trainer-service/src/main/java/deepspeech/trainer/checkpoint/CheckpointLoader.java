package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Downloads the checkpoint with which a run starts. */
public final class CheckpointLoader {
  private final CheckpointStore store;
  private final CheckpointResolver resolver;
  private final CheckpointDownload download;

  /**
   * Creates a loader.
   *
   * @param store the trainer's own store
   * @param workDirectory the directory for downloads, which are deleted after use
   */
  CheckpointLoader(CheckpointStore store, Path workDirectory) {
    this.store = store;
    this.resolver = new CheckpointResolver(store);
    this.download = CheckpointDownload.whole(workDirectory);
  }

  /**
   * Downloads a checkpoint that a configuration names.
   *
   * @param run the run that a reference without a run means
   * @throws InvalidMessageException if the checkpoint does not exist or is damaged
   */
  public LoadedCheckpoint load(RunId run, Argument argument, ModelReference model) {
    return download.readNamed(resolver, run, argument, model, CheckpointFiles::read);
  }

  /**
   * Downloads the newest intact checkpoint of a run. This is for a run that was in progress when
   * its trainer disappeared.
   *
   * @param damaged receives a message for each damaged checkpoint that was skipped
   * @throws CheckpointNotFoundException if there is no intact checkpoint
   */
  public LoadedCheckpoint newest(RunId run, Consumer<String> damaged) {
    return download.readNewest(store, run, damaged, CheckpointFiles::read);
  }

  /**
   * Downloads the newest intact checkpoint for a command that names the latest.
   *
   * @param model the reference in the command
   * @param damaged receives a message for each damaged checkpoint that was skipped
   * @throws InvalidMessageException if there is no intact checkpoint
   */
  public LoadedCheckpoint latest(RunId run, ModelReference model, Consumer<String> damaged) {
    return download.readLatest(store, run, model, damaged, CheckpointFiles::read);
  }
}
