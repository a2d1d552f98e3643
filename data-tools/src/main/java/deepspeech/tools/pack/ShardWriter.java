package deepspeech.tools.pack;

import deepspeech.speech.DataFileException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes files into tar archives of roughly equal size, {@code name-000001.tar} and so on. Equal
 * files give equal bytes. An archive appears under its name only when it is complete. Not
 * thread-safe.
 */
final class ShardWriter implements AutoCloseable {
  private final Path folder;
  private final String name;
  private final long shardBytes;
  private TarArchiveOutputStream tar;
  private int shards;
  private long written;

  /**
   * Starts with the first shard.
   *
   * @param shardBytes a shard is closed once it has this many bytes
   */
  ShardWriter(Path folder, String name, long shardBytes) {
    this.folder = folder;
    this.name = name;
    this.shardBytes = shardBytes;
  }

  /**
   * Adds a file.
   *
   * @param entry the name of the file in the shard
   * @return the name of the shard
   */
  String add(String entry, byte[] content) throws DataFileException {
    try {
      if (tar != null && written >= shardBytes) {
        finishShard();
      }
      if (tar == null) {
        shards++;
        written = 0;
        Files.createDirectories(folder);
        tar =
            new TarArchiveOutputStream(
                new BufferedOutputStream(Files.newOutputStream(unfinished())),
                StandardCharsets.UTF_8.name());
      }
      TarArchiveEntry header = new TarArchiveEntry(entry);
      header.setSize(content.length);
      header.setModTime(0);
      tar.putArchiveEntry(header);
      tar.write(content);
      tar.closeArchiveEntry();
      written += content.length;
      return shardName();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Finishes the last shard, and returns the number of shards. */
  int finish() throws DataFileException {
    try {
      if (tar != null) {
        finishShard();
      }
      return shards;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void finishShard() throws IOException {
    tar.close();
    tar = null;
    Files.move(
        unfinished(),
        folder.resolve(shardName()),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private String shardName() {
    return "%s-%06d.tar".formatted(name, shards);
  }

  private Path unfinished() {
    return folder.resolve(shardName() + ".part");
  }

  private DataFileException failure(IOException e) {
    return new DataFileException(
        "%s: cannot be written: %s".formatted(folder.resolve(shardName()), e.getMessage()), e);
  }

  /** Deletes an unfinished shard. */
  @Override
  public void close() throws DataFileException {
    if (tar == null) {
      return;
    }
    try {
      tar.close();
      Files.deleteIfExists(unfinished());
    } catch (IOException e) {
      throw failure(e);
    }
  }
}
