package deepspeech.cli.stack;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How to reach a running stack, as recorded in a file that the other commands read. The file is
 * flat: the fields of the process and of the store stand beside the others.
 *
 * @param dashboardUrl URL of the dashboard; null if the stack has none
 * @param healthUrls health URLs by service name
 */
public record StackState(
    @JsonUnwrapped StackProcess process,
    String data,
    String datasetRoot,
    String bootstrapServers,
    @JsonUnwrapped StackStore store,
    String dashboardUrl,
    Map<String, String> healthUrls) {
  private static final String FILE = "running.json";

  public StackState {
    healthUrls = new TreeMap<>(healthUrls);
  }

  /** The configuration of the checkpoint store. */
  public CheckpointStoreConfiguration checkpointStore() {
    return store.configuration();
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
          .filter(state -> state.process().isAlive());
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
          && Json.read(Files.readAllBytes(file), StackState.class).process().pid()
              == process.pid()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the state file cannot be deleted: " + e.getMessage(), e);
    }
  }
}
