package deepspeech.evaluator.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one evaluator in a directory that several evaluators may use. A lock, which ends
 * with the process, protects it. The folders of evaluators that were killed are deleted.
 */
final class WorkFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkFolder.class);
  private static final String PREFIX = "evaluator-";
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel lock;

  private WorkFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Creates the folder of an evaluator.
   *
   * @param name of the evaluator
   * @throws UncheckedIOException if the directory cannot be written to
   */
  static WorkFolder create(Path directory, String name) {
    try {
      Files.createDirectories(directory);
      deleteLeftovers(directory);
      Path folder = Files.createDirectories(directory.resolve(name));
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      var unused = channel.lock();
      return new WorkFolder(folder, channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteLeftovers(Path directory) throws IOException {
    for (Path folder : children(directory)) {
      if (folder.getFileName().toString().startsWith(PREFIX)
          && Files.exists(folder.resolve(LOCK))) {
        deleteUnlessLocked(folder);
      }
    }
  }

  private static void deleteUnlessLocked(Path folder) {
    try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      if (held != null) {
        delete(folder);
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("{} is in use by this process", folder);
    } catch (IOException e) {
      LOG.warn("{} of an earlier evaluator cannot be deleted: {}", folder, e.toString());
    }
  }

  private static void delete(Path folder) throws IOException {
    for (Path file : children(folder)) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  Path path() {
    return folder;
  }

  /** Deletes the folder. */
  @Override
  public void close() {
    try (lock) {
      delete(folder);
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted: {}", folder, e.toString());
    }
  }
}
