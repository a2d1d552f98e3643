package deepspeech.checkpoint;

import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Downloads checkpoints and verifies every byte. */
final class CheckpointRetrieval {

  private final ObjectStore objects;
  private final StoreLayout layout;
  private final CheckpointIndex index;

  CheckpointRetrieval(ObjectStore objects, StoreLayout layout, CheckpointIndex index) {
    this.objects = objects;
    this.layout = layout;
    this.index = index;
  }

  /**
   * Downloads the named files, or all files if {@code names} is empty.
   *
   * @throws CheckpointNotFoundException if there is no such complete checkpoint, or no such file in
   *     it
   * @throws DamagedCheckpointException if a file differs from what was committed
   */
  LocalCheckpoint open(RunId run, CheckpointId id, Path directory, Set<String> names) {
    StoredCheckpoint stored = index.require(run, id).stored(index.uri(run, id));
    for (String name : names) {
      if (stored.files().stream().noneMatch(file -> file.name().equals(name))) {
        throw new CheckpointNotFoundException(
            "checkpoint %s of run %s has no file %s".formatted(id, run, name));
      }
    }
    create(directory);
    for (CheckpointFile file : stored.files()) {
      if (names.isEmpty() || names.contains(file.name())) {
        fetch(stored, file, directory);
      }
    }
    return new LocalCheckpoint(stored, directory);
  }

  NewestIntactCheckpoint newestIntact(RunId run, Path directory, Set<String> names) {
    List<CheckpointId> complete = new ArrayList<>(index.complete(run));
    complete.sort(Comparator.reverseOrder());
    List<DamagedCheckpointException> damaged = new ArrayList<>();
    for (CheckpointId id : complete) {
      try {
        LocalCheckpoint checkpoint = open(run, id, directory.resolve(id.toString()), names);
        return new NewestIntactCheckpoint(Optional.of(checkpoint), damaged);
      } catch (DamagedCheckpointException e) {
        damaged.add(e);
      } catch (CheckpointNotFoundException removedMeanwhile) {
        // Retention removed it meanwhile. Try the next older one.
      }
    }
    return new NewestIntactCheckpoint(Optional.empty(), damaged);
  }

  private void fetch(StoredCheckpoint stored, CheckpointFile file, Path directory) {
    FileDigest expected = new FileDigest(file.size(), file.sha256());
    Path target = directory.resolve(file.name());
    if (isDownloaded(target, expected)) {
      return;
    }
    Path partial = directory.resolve("." + file.name() + ".part");
    try {
      Optional<FileDigest> found =
          objects.download(layout.file(stored.run(), stored.checkpoint(), file.name()), partial);
      if (found.isEmpty() || !found.get().equals(expected)) {
        Files.deleteIfExists(partial);
        // A checkpoint that was removed as a whole is not damaged.
        var unused = index.require(stored.run(), stored.checkpoint());
        throw new DamagedCheckpointException(
            stored.run(),
            stored.checkpoint(),
            file.name(),
            expected.toString(),
            found.map(FileDigest::toString).orElse("no such file"));
      }
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CheckpointStoreException(
          "cannot write %s: %s".formatted(target, e.getMessage()), e);
    }
  }

  /** True if an earlier attempt has already downloaded the file. */
  private static boolean isDownloaded(Path target, FileDigest expected) {
    try {
      return Files.isRegularFile(target)
          && Files.size(target) == expected.size()
          && FileDigest.of(target).equals(expected);
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static void create(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new CheckpointStoreException(
          "cannot create directory %s: %s: %s"
              .formatted(directory, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }
}
