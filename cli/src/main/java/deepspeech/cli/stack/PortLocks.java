package deepspeech.cli.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Prevents two stacks that start at the same time from choosing the same port. A chosen port stays
 * free until a service listens on it some seconds later. The locks are on files of this user. They
 * are released when the process ends, at the latest.
 */
final class PortLocks implements AutoCloseable {
  private final Path folder;
  private final List<FileChannel> held = new ArrayList<>();

  /** The locks shared by all stacks of this user on this machine. */
  static PortLocks ofUser() {
    return new PortLocks(
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "deepspeech-ports-" + System.getProperty("user.name")));
  }

  PortLocks(Path folder) {
    this.folder = folder;
  }

  /** Takes a port's lock; false if another stack, or this one, holds it. */
  boolean take(int port) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(Integer.toString(port)),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (isLocked(channel)) {
        held.add(channel);
        return true;
      }
      channel.close();
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("port locks in " + folder + " cannot be written", e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Releases all locks. */
  @Override
  public void close() {
    for (FileChannel channel : held) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("a port lock in " + folder + " cannot be released", e);
      }
    }
    held.clear();
  }
}
