package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Removes checkpoints that are no longer needed. {@code checkpoint.json} is deleted first, so that
 * a half-deleted checkpoint does not count as one.
 */
final class CheckpointRetention {

  private final ObjectStore objects;
  private final StoreLayout layout;
  private final CheckpointIndex index;
  private final CheckpointPointers pointers;
  private final CheckpointCommit commit;
  private final String writer;
  private final Clock clock;

  CheckpointRetention(
      ObjectStore objects,
      StoreLayout layout,
      CheckpointIndex index,
      CheckpointPointers pointers,
      CheckpointCommit commit,
      String writer,
      Clock clock) {
    this.objects = objects;
    this.layout = layout;
    this.index = index;
    this.pointers = pointers;
    this.commit = commit;
    this.writer = writer;
    this.clock = clock;
  }

  void pin(RunId run, CheckpointId id) {
    var unused = index.require(run, id);
    objects.put(
        layout.pin(run, id),
        Json.write(Map.of("writer", writer, "pinned_at", clock.instant())),
        PutCondition.ALWAYS);
  }

  void unpin(RunId run, CheckpointId id) {
    // A pin may remain after its checkpoint was removed by other means.
    if (!pinned(run).contains(id)) {
      var unused = index.require(run, id);
    }
    objects.delete(layout.pin(run, id));
  }

  /** The pinned checkpoints, oldest first. */
  List<CheckpointId> pinned(RunId run) {
    String prefix = layout.pins(run);
    TreeSet<CheckpointId> pinned = new TreeSet<>();
    for (String key : objects.list(prefix)) {
      StoreLayout.checkpointIn(key.substring(prefix.length())).ifPresent(pinned::add);
    }
    return List.copyOf(pinned);
  }

  /**
   * Retains the newest {@code newest} whole checkpoints, those that {@code latest} and {@code best}
   * name, the pinned ones and {@code needed}. Removes the others, and the files of unfinished
   * commits that are older than the newest complete checkpoint.
   */
  RetentionResult retain(RunId run, int newest, Set<CheckpointId> needed) {
    InvalidMessageException.require(newest >= 1, "newest", newest, "a whole number from 1");
    SortedMap<CheckpointId, List<String>> keys = index.keys(run);
    List<CheckpointId> complete = completeOf(run, keys);
    if (complete.isEmpty()) {
      return new RetentionResult(List.of(), List.of(), List.of());
    }
    Set<CheckpointId> protectedIds = new TreeSet<>(needed);
    protectedIds.addAll(newestWhole(run, complete, newest));
    protectedIds.addAll(pinned(run));
    pointers.latestIfReadable(run).ifPresent(protectedIds::add);
    if (pointers.isBestReadable(run)) {
      pointers.best(run).ifPresent(best -> protectedIds.add(best.checkpoint()));
    } else {
      // Any of them may be the best one.
      protectedIds.addAll(complete);
    }

    CheckpointId newestComplete = complete.get(complete.size() - 1);
    List<CheckpointId> retained = new ArrayList<>();
    List<CheckpointId> removed = new ArrayList<>();
    List<CheckpointId> orphans = new ArrayList<>();
    for (Map.Entry<CheckpointId, List<String>> entry : keys.entrySet()) {
      CheckpointId id = entry.getKey();
      boolean isComplete = complete.contains(id);
      if (isComplete && protectedIds.contains(id)) {
        retained.add(id);
      } else if (isComplete) {
        remove(run, id, entry.getValue());
        removed.add(id);
      } else if (id.compareTo(newestComplete) < 0 && !commit.isInProgress(run, id)) {
        remove(run, id, entry.getValue());
        orphans.add(id);
      }
    }
    for (CheckpointId id : abortUnfinished(run, newestComplete)) {
      if (!orphans.contains(id)) {
        orphans.add(id);
      }
    }
    orphans.sort(null);
    return new RetentionResult(retained, removed, orphans);
  }

  /**
   * The newest checkpoints, down to the one that completes {@code newest} whole ones. A checkpoint
   * is whole if all its files exist with the right sizes; contents are not read. One that is not
   * whole does not count, so that it does not displace an older one.
   */
  private Set<CheckpointId> newestWhole(RunId run, List<CheckpointId> complete, int newest) {
    if (complete.size() <= newest) {
      return Set.copyOf(complete);
    }
    Map<String, Long> sizes = objects.sizes(layout.checkpoints(run));
    Set<CheckpointId> retained = new TreeSet<>();
    int whole = 0;
    for (int i = complete.size() - 1; i >= 0 && whole < newest; i--) {
      CheckpointId id = complete.get(i);
      retained.add(id);
      whole += isWhole(run, id, sizes) ? 1 : 0;
    }
    return retained;
  }

  private boolean isWhole(RunId run, CheckpointId id, Map<String, Long> sizes) {
    try {
      return index.require(run, id).files().stream()
          .allMatch(
              file -> Objects.equals(sizes.get(layout.file(run, id, file.name())), file.size()));
    } catch (DamagedCheckpointException | CheckpointNotFoundException e) {
      return false;
    }
  }

  /**
   * Frees the space of unfinished uploads of killed processes, for checkpoints up to {@code
   * newest}. Some servers (MinIO) list no such uploads for a folder and remove them on their own.
   *
   * @return the checkpoints of the aborted uploads
   */
  private Set<CheckpointId> abortUnfinished(RunId run, CheckpointId newest) {
    String prefix = layout.checkpoints(run);
    Set<CheckpointId> aborted = new TreeSet<>();
    for (UnfinishedUpload upload : objects.unfinishedUploads(prefix)) {
      StoreLayout.checkpointIn(upload.key().substring(prefix.length()))
          .filter(id -> id.compareTo(newest) <= 0 && !commit.isInProgress(run, id))
          .ifPresent(
              id -> {
                objects.abort(upload);
                aborted.add(id);
              });
    }
    return aborted;
  }

  /** Removes every checkpoint after {@code id} and moves {@code latest} to it. */
  RetentionResult rewind(RunId run, CheckpointId id) {
    var unused = index.require(run, id);
    for (CheckpointId pin : pinned(run)) {
      if (pin.compareTo(id) > 0) {
        throw new CheckpointConflictException(
            "run %s cannot go back to %s: %s is pinned, unpin it first".formatted(run, id, pin));
      }
    }
    pointers.resetLatest(run, id);
    if (!pointers.isBestReadable(run)
        || pointers.best(run).filter(best -> best.checkpoint().compareTo(id) > 0).isPresent()) {
      pointers.clearBest(run);
    }
    SortedMap<CheckpointId, List<String>> keys = index.keys(run);
    List<CheckpointId> complete = completeOf(run, keys);
    List<CheckpointId> retained = new ArrayList<>();
    List<CheckpointId> removed = new ArrayList<>();
    List<CheckpointId> orphans = new ArrayList<>();
    List<CheckpointId> newestFirst = new ArrayList<>(keys.keySet());
    newestFirst.sort(Comparator.reverseOrder());
    for (CheckpointId candidate : newestFirst) {
      if (candidate.compareTo(id) > 0) {
        remove(run, candidate, keys.get(candidate));
        (complete.contains(candidate) ? removed : orphans).add(0, candidate);
      } else if (complete.contains(candidate)) {
        retained.add(0, candidate);
      }
    }
    return new RetentionResult(retained, removed, orphans);
  }

  private List<CheckpointId> completeOf(RunId run, SortedMap<CheckpointId, List<String>> keys) {
    return keys.keySet().stream()
        .filter(id -> keys.get(id).contains(layout.description(run, id)))
        .toList();
  }

  /** Removes a checkpoint and its files, as far as they exist. */
  void remove(RunId run, CheckpointId id) {
    remove(run, id, index.keys(run).getOrDefault(id, List.of()));
  }

  private void remove(RunId run, CheckpointId id, List<String> keys) {
    String description = layout.description(run, id);
    if (keys.contains(description)) {
      objects.delete(description);
    }
    for (String key : keys) {
      if (!key.equals(description)) {
        objects.delete(key);
      }
    }
  }
}
