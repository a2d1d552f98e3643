package deepspeech.cli.stack;

import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.objectstore.ObjectStoreConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How to reach a running stack, as recorded in a file that the other commands read.
 *
 * @param pid id of the process that holds the stack
 * @param processStart when that process started, because process ids are reused
 * @param processIdentity the identity of that process, independent of the wall clock, see {@link
 *     ProcessIdentity}; null if the system does not provide it, or if an earlier version wrote the
 *     file
 * @param dashboardUrl URL of the dashboard; null if the stack has none
 * @param healthUrls health URLs by service name
 */
public record StackState(
    long pid,
    Instant processStart,
    String processIdentity,
    String data,
    String datasetRoot,
    String bootstrapServers,
    String s3Endpoint,
    String s3AccessKey,
    String s3SecretKey,
    String s3Bucket,
    String dashboardUrl,
    Map<String, String> healthUrls) {
  private static final String FILE = "running.json";

  /** Tolerance for start times. Setting the clock moves the start times that the system reports. */
  private static final Duration CLOCK_SHIFT = Duration.ofSeconds(5);

  public StackState {
    healthUrls = new TreeMap<>(healthUrls);
  }

  /** The configuration of the checkpoint store. */
  public CheckpointStoreConfiguration checkpointStore() {
    return new CheckpointStoreConfiguration(
        new ObjectStoreConfiguration(URI.create(s3Endpoint), s3AccessKey, s3SecretKey, null),
        s3Bucket,
        null);
  }

  /** The state file in a data directory. */
  public static Path file(Path dataDirectory) {
    return dataDirectory.resolve(FILE);
  }

  /**
   * The stack that a file describes; empty if the file does not exist or the stack is not running.
   */
  public static Optional<StackState> running(Path file) {
    try {
      return Optional.of(Json.read(Files.readAllBytes(file), StackState.class))
          .filter(StackState::isAlive);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (InvalidMessageException e) {
      throw new InvalidMessageException(file + ": " + e.getMessage() + "; delete it", e);
    } catch (IOException e) {
      throw new UncheckedIOException("the state file cannot be read: " + e.getMessage(), e);
    }
  }

  /** Writes the state to a file atomically. */
  void write(Path file) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try {
      Files.createDirectories(file.getParent());
      Files.write(unfinished, Json.write(this));
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("the state file cannot be written: " + e.getMessage(), e);
    }
  }

  /** Deletes the file if it describes this stack. */
  void remove(Path file) {
    try {
      if (Files.exists(file)
          && Json.read(Files.readAllBytes(file), StackState.class).pid() == pid) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the state file cannot be deleted: " + e.getMessage(), e);
    }
  }

  static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  private boolean isAlive() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    Optional<String> identity = ProcessIdentity.of(pid);
    if (processIdentity != null && identity.isPresent()) {
      return process.isPresent() && identity.get().equals(processIdentity);
    }
    return process
        .map(StackState::startOf)
        .filter(start -> Duration.between(processStart, start).abs().compareTo(CLOCK_SHIFT) <= 0)
        .isPresent();
  }
}
