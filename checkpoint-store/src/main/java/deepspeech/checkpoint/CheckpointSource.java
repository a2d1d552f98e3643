package deepspeech.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The content of a file to commit. It must be readable more than once, because an upload may be
 * repeated.
 */
public interface CheckpointSource {

  /** Name of the file in the checkpoint. */
  String name();

  /** Size in bytes. */
  long size() throws IOException;

  /** Opens the content at its beginning. */
  InputStream open() throws IOException;

  /** A local file, under its own name. It must not change before it is committed. */
  static CheckpointSource of(Path path) {
    return new LocalFile(path.getFileName().toString(), path);
  }

  /** Bytes in memory. */
  static CheckpointSource of(String name, byte[] content) {
    return new InMemory(name, content);
  }

  /** A local file. */
  record LocalFile(String name, Path path) implements CheckpointSource {
    @Override
    public long size() throws IOException {
      return Files.size(path);
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }
  }

  /** Bytes in memory. */
  record InMemory(String name, byte[] content) implements CheckpointSource {
    @Override
    public long size() {
      return content.length;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(content);
    }
  }
}
