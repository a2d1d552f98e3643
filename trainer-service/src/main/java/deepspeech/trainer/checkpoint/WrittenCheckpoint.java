package deepspeech.trainer.checkpoint;

import deepspeech.checkpoint.CheckpointSource;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a checkpoint before the upload. They are deleted when it is closed.
 *
 * @param copy the state that was written
 * @param directory the directory of the large files
 * @param files all files
 */
public record WrittenCheckpoint(CheckpointCopy copy, Path directory, List<CheckpointSource> files)
    implements AutoCloseable {
  @Override
  public void close() {
    WorkFiles.delete(directory);
  }
}
