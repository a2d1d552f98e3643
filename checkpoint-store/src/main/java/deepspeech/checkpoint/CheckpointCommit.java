package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Commits checkpoints: writes the files first, then {@code checkpoint.json}, create-only. That last
 * write makes the checkpoint exist as a whole; before it there is no checkpoint.
 */
final class CheckpointCommit {

  private final ObjectStore objects;
  private final StoreLayout layout;
  private final CheckpointIndex index;
  private final String writer;
  private final Clock clock;
  private final Set<String> inProgress = ConcurrentHashMap.newKeySet();

  CheckpointCommit(
      ObjectStore objects, StoreLayout layout, CheckpointIndex index, String writer, Clock clock) {
    this.objects = objects;
    this.layout = layout;
    this.index = index;
    this.writer = writer;
    this.clock = clock;
  }

  /** True while this process is committing the checkpoint. */
  boolean isInProgress(RunId run, CheckpointId id) {
    return inProgress.contains(layout.checkpoint(run, id));
  }

  StoredCheckpoint commit(
      RunId run,
      CheckpointId id,
      List<CheckpointSource> sources,
      Map<String, String> metadata,
      Runnable requireHeld) {
    requireDistinctFiles(sources);
    String folder = layout.checkpoint(run, id);
    if (!inProgress.add(folder)) {
      throw new CheckpointConflictException(
          "checkpoint %s of run %s is already being committed".formatted(id, run));
    }
    try {
      return write(run, id, sources, metadata, requireHeld).stored(objects.uri(folder));
    } finally {
      inProgress.remove(folder);
    }
  }

  private CheckpointDescription write(
      RunId run,
      CheckpointId id,
      List<CheckpointSource> sources,
      Map<String, String> metadata,
      Runnable requireHeld) {
    var committed = index.description(run, id);
    if (committed.isPresent()) {
      return requireSame(committed.get(), digests(sources));
    }
    List<CheckpointFile> files = new ArrayList<>();
    for (CheckpointSource source : sources) {
      requireHeld.run();
      FileDigest digest = objects.upload(layout.file(run, id, source.name()), source);
      files.add(new CheckpointFile(source.name(), digest.size(), digest.sha256()));
    }
    CheckpointDescription description =
        new CheckpointDescription(run, id, files, metadata, writer, clock.instant());
    requireHeld.run();
    if (objects.put(
        layout.description(run, id), Json.write(description), PutCondition.CREATE_ONLY)) {
      return description;
    }
    // Another writer was first, or the response to an earlier attempt of this writer was lost.
    return requireSame(index.require(run, id), files);
  }

  private static List<CheckpointFile> digests(List<CheckpointSource> sources) {
    List<CheckpointFile> files = new ArrayList<>();
    for (CheckpointSource source : sources) {
      try {
        FileDigest digest = FileDigest.of(source);
        files.add(new CheckpointFile(source.name(), digest.size(), digest.sha256()));
      } catch (IOException e) {
        throw new CheckpointStoreException(
            "cannot read %s: %s".formatted(source.name(), e.getMessage()), e);
      }
    }
    return files;
  }

  private static CheckpointDescription requireSame(
      CheckpointDescription committed, List<CheckpointFile> files) {
    String conflict =
        "checkpoint %s of run %s was committed by %s with other content: "
            .formatted(committed.checkpoint(), committed.run(), committed.writer());
    for (CheckpointFile file : files) {
      CheckpointFile other =
          committed.files().stream()
              .filter(candidate -> candidate.name().equals(file.name()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new CheckpointConflictException(
                          conflict + file.name() + " is not among its files"));
      if (!other.equals(file)) {
        throw new CheckpointConflictException(
            "%s%s has %s, but %s was committed"
                .formatted(
                    conflict,
                    file.name(),
                    new FileDigest(file.size(), file.sha256()),
                    new FileDigest(other.size(), other.sha256())));
      }
    }
    if (committed.files().size() != files.size()) {
      throw new CheckpointConflictException(
          "%s%d files, but %d were committed"
              .formatted(conflict, files.size(), committed.files().size()));
    }
    return committed;
  }

  private static void requireDistinctFiles(List<CheckpointSource> sources) {
    InvalidMessageException.require(!sources.isEmpty(), "files", 0, "one file or more");
    Set<String> names = new HashSet<>();
    for (CheckpointSource source : sources) {
      CheckpointDescription.requireFileName(source.name());
      InvalidMessageException.require(
          names.add(source.name()), "files", source.name(), "each name once");
    }
  }
}
