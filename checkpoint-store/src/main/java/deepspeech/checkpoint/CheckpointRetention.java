package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.run.RunId;
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
 * Removes what is no longer needed. {@code checkpoint.json} goes first, so that what is half
 * deleted is no checkpoint.
 */
final class CheckpointRetention {

  private final ObjectStore objects;
  private final StoreLayout layout;
  private final CheckpointIndex index;
  private final CheckpointPointers pointers;
  private final CheckpointCommit publication;
  private final String writer;
  private final Clock clock;

  CheckpointRetention(
      ObjectStore objects,
      StoreLayout layout,
      CheckpointIndex index,
      CheckpointPointers pointers,
      CheckpointCommit publication,
      String writer,
      Clock clock) {
    this.objects = objects;
    this.layout = layout;
    this.index = index;
    this.pointers = pointers;
    this.publication = publication;
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
    // A pin may be left behind by a checkpoint that somebody has removed.
    if (!pinned(run).contains(id)) {
      var unused = index.require(run, id);
    }
    objects.delete(layout.pin(run, id));
  }

  /** Pinned checkpoints, oldest first. */
  List<CheckpointId> pinned(RunId run) {
    String prefix = layout.pins(run);
    TreeSet<CheckpointId> pinned = new TreeSet<>();
    for (String key : objects.list(prefix)) {
      StoreLayout.checkpointIn(key.substring(prefix.length())).ifPresent(pinned::add);
    }
    return List.copyOf(pinned);
  }

  /**
   * Keeps the newest {@code newest} whole checkpoints, what {@code latest} and {@code best} name,
   * the pinned ones and {@code needed}; removes the others, and what is left of unfinished
   * publications before the newest complete one.
   */
  RetentionResult retain(RunId run, int newest, Set<CheckpointId> needed) {
    InvalidMessageException.require(newest >= 1, "newest", newest, "a whole number from 1");
    SortedMap<CheckpointId, List<String>> keys = index.keys(run);
    List<CheckpointId> complete = completeOf(run, keys);
    if (complete.isEmpty()) {
      return new RetentionResult(List.of(), List.of(), List.of());
    }
    Set<CheckpointId> keep = new TreeSet<>(needed);
    keep.addAll(newestWhole(run, complete, newest));
    keep.addAll(pinned(run));
    pointers.latestIfReadable(run).ifPresent(keep::add);
    if (pointers.isBestReadable(run)) {
      pointers.best(run).ifPresent(best -> keep.add(best.checkpoint()));
    } else {
      // Any of them may be the best.
      keep.addAll(complete);
    }

    CheckpointId newestComplete = complete.get(complete.size() - 1);
    List<CheckpointId> kept = new ArrayList<>();
    List<CheckpointId> removed = new ArrayList<>();
    List<CheckpointId> orphans = new ArrayList<>();
    for (Map.Entry<CheckpointId, List<String>> entry : keys.entrySet()) {
      CheckpointId id = entry.getKey();
      boolean isComplete = complete.contains(id);
      if (isComplete && keep.contains(id)) {
        kept.add(id);
      } else if (isComplete) {
        remove(run, id, entry.getValue());
        removed.add(id);
      } else if (id.compareTo(newestComplete) < 0 && !publication.isInProgress(run, id)) {
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
    return new RetentionResult(kept, removed, orphans);
  }

  /**
   * The newest checkpoints until {@code newest} of them are whole: one whose files are not all
   * there in their sizes replaces no older one. Contents are not read.
   */
  private Set<CheckpointId> newestWhole(RunId run, List<CheckpointId> complete, int newest) {
    if (complete.size() <= newest) {
      return Set.copyOf(complete);
    }
    Map<String, Long> sizes = objects.sizes(layout.checkpoints(run));
    Set<CheckpointId> kept = new TreeSet<>();
    int whole = 0;
    for (int i = complete.size() - 1; i >= 0 && whole < newest; i--) {
      CheckpointId id = complete.get(i);
      kept.add(id);
      whole += isWhole(run, id, sizes) ? 1 : 0;
    }
    return kept;
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
   * Frees the space of uploads that a killed process has left behind, up to {@code newest}. Some
   * servers (MinIO) list none for a folder, and clear them away by themselves.
   */
  private Set<CheckpointId> abortUnfinished(RunId run, CheckpointId newest) {
    String prefix = layout.checkpoints(run);
    Set<CheckpointId> aborted = new TreeSet<>();
    for (UnfinishedUpload upload : objects.unfinishedUploads(prefix)) {
      StoreLayout.checkpointIn(upload.key().substring(prefix.length()))
          .filter(id -> id.compareTo(newest) <= 0 && !publication.isInProgress(run, id))
          .ifPresent(
              id -> {
                objects.abort(upload);
                aborted.add(id);
              });
    }
    return aborted;
  }

  /** Removes everything after {@code id} and lets {@code latest} name it. */
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
    List<CheckpointId> kept = new ArrayList<>();
    List<CheckpointId> removed = new ArrayList<>();
    List<CheckpointId> orphans = new ArrayList<>();
    List<CheckpointId> newestFirst = new ArrayList<>(keys.keySet());
    newestFirst.sort(Comparator.reverseOrder());
    for (CheckpointId candidate : newestFirst) {
      if (candidate.compareTo(id) > 0) {
        remove(run, candidate, keys.get(candidate));
        (complete.contains(candidate) ? removed : orphans).add(0, candidate);
      } else if (complete.contains(candidate)) {
        kept.add(0, candidate);
      }
    }
    return new RetentionResult(kept, removed, orphans);
  }

  private List<CheckpointId> completeOf(RunId run, SortedMap<CheckpointId, List<String>> keys) {
    return keys.keySet().stream()
        .filter(id -> keys.get(id).contains(layout.description(run, id)))
        .toList();
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
