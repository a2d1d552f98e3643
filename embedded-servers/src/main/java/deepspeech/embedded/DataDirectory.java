package deepspeech.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The data directory of an embedded server. It is locked exclusively from opening to closing, so
 * two servers never write into one directory.
 */
final class DataDirectory implements AutoCloseable {
  private static final long ROOM_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel lock;

  private DataDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * A message of one line if the file system has less than 1 MiB left; empty otherwise, or if the
   * directory does not exist.
   */
  Optional<String> fullness() {
    return fullness(path.toFile().getUsableSpace());
  }

  Optional<String> fullness(long usableBytes) {
    return usableBytes >= ROOM_BYTES || !Files.isDirectory(path)
        ? Optional.empty()
        : Optional.of(
            "no space left for data directory %s; free some space and start again, no data is lost"
                .formatted(path));
  }

  /**
   * Creates the directory if it is missing and locks it.
   *
   * @param server name of the server for error messages
   * @param path the directory
   * @throws EmbeddedServerException if it cannot be written to or another server holds it
   */
  static DataDirectory open(String server, Path path) {
    Path directory = path.toAbsolutePath().normalize();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "%s: data directory %s cannot be created: %s".formatted(server, directory, reason(e)), e);
    }
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              directory.resolve("in-use.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "%s: data directory %s is not writable: %s".formatted(server, directory, reason(e)), e);
    }
    try {
      if (channel.tryLock() != null) {
        return new DataDirectory(directory, channel);
      }
    } catch (OverlappingFileLockException e) {
      // The lock is held inside this JVM. The error is the same as for another process.
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new EmbeddedServerException(
          "%s: data directory %s cannot be locked: %s".formatted(server, directory, reason(e)), e);
    }
    EmbeddedServerException held =
        new EmbeddedServerException(
            "%s: data directory %s is in use by another server".formatted(server, directory));
    closeQuietly(channel, held);
    throw held;
  }

  /** The subdirectory {@code name}, created if it is missing. */
  Path subdirectory(String name) {
    Path directory = path.resolve(name);
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "data directory %s cannot be created: %s".formatted(directory, reason(e)), e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "data directory %s cannot be released: %s".formatted(path, reason(e)), e);
    }
  }

  private static void closeQuietly(FileChannel channel, Exception failure) {
    try {
      channel.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Includes the exception's class, because file system exceptions often carry the path only. */
  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
