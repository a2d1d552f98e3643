package deepspeech.cli.chaos;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.DamagedCheckpointException;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Opens every stored checkpoint of a run and verifies sizes and hashes. */
final class StoreInspection {
  private final CheckpointStore store;

  StoreInspection(CheckpointStore store) {
    this.store = store;
  }

  /**
   * Inspects a run that has ended.
   *
   * @param last the run's last checkpoint, which {@code latest} must name
   */
  ChaosCheck inspect(RunId run, CheckpointId last) {
    List<String> findings = new ArrayList<>();
    List<CheckpointId> complete = store.list(run);
    for (CheckpointId id : complete) {
      Path folder = newFolder();
      try {
        var unused = store.open(run, id, folder);
      } catch (DamagedCheckpointException e) {
        findings.add(e.getMessage());
      } finally {
        delete(folder);
      }
    }
    if (!complete.contains(last)) {
      findings.add("%s: not in the store".formatted(last));
    }
    try {
      store
          .latest(run)
          .filter(latest -> latest.checkpoint().equals(last))
          .ifPresentOrElse(
              latest -> {},
              () -> findings.add("latest names " + store.latest(run) + ", not " + last));
    } catch (CheckpointStoreException e) {
      findings.add(e.getMessage());
    }
    return new ChaosCheck(
        "no checkpoint damaged: %d in the store, each file has its recorded size and hash"
            .formatted(complete.size()),
        findings);
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("deepspeech-chaos");
    } catch (IOException e) {
      throw new UncheckedIOException("a temporary folder cannot be created", e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be deleted", e);
    }
  }
}
