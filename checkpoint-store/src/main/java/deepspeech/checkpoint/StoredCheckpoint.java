package deepspeech.checkpoint;

import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A complete checkpoint in the store.
 *
 * @param uri {@code s3://bucket/key/} of its folder
 * @param files in the order in which they were given
 * @param metadata further data from the writer, such as the step
 * @param committedAt when its description was written
 */
public record StoredCheckpoint(
    RunId run,
    CheckpointId checkpoint,
    String uri,
    List<CheckpointFile> files,
    Map<String, String> metadata,
    Instant committedAt) {

  public StoredCheckpoint {
    files = List.copyOf(files);
    metadata = Map.copyOf(metadata);
  }

  /** Total size of the files in bytes. */
  public long size() {
    return CheckpointFile.totalSize(files);
  }
}
