package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The complete checkpoints of a run and their descriptions. */
final class CheckpointIndex {

  private final ObjectStore objects;
  private final StoreLayout layout;

  CheckpointIndex(ObjectStore objects, StoreLayout layout) {
    this.objects = objects;
    this.layout = layout;
  }

  /** All keys under the run's checkpoints, complete or not, by checkpoint. */
  SortedMap<CheckpointId, List<String>> keys(RunId run) {
    SortedMap<CheckpointId, List<String>> keys = new TreeMap<>();
    String prefix = layout.checkpoints(run);
    for (String key : objects.list(prefix)) {
      StoreLayout.checkpointIn(key.substring(prefix.length()))
          .ifPresent(id -> keys.computeIfAbsent(id, unused -> new ArrayList<>()).add(key));
    }
    return keys;
  }

  /** The complete checkpoints, oldest first. */
  List<CheckpointId> complete(RunId run) {
    return keys(run).entrySet().stream()
        .filter(entry -> entry.getValue().contains(layout.description(run, entry.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Reads {@code checkpoint.json}; empty if it does not exist.
   *
   * @throws DamagedCheckpointException if it cannot be read
   */
  Optional<CheckpointDescription> description(RunId run, CheckpointId id) {
    return objects.get(layout.description(run, id)).map(object -> read(run, id, object.content()));
  }

  /**
   * Reads {@code checkpoint.json}.
   *
   * @throws CheckpointNotFoundException if it does not exist
   * @throws DamagedCheckpointException if it cannot be read
   */
  CheckpointDescription require(RunId run, CheckpointId id) {
    return description(run, id).orElseThrow(() -> notFound(run, id));
  }

  /** {@code s3://bucket/key/} of the checkpoint's folder. */
  String uri(RunId run, CheckpointId id) {
    return objects.uri(layout.checkpoint(run, id));
  }

  CheckpointNotFoundException notFound(RunId run, CheckpointId id) {
    List<CheckpointId> complete = complete(run);
    return complete.isEmpty()
        ? noneOf(run)
        : new CheckpointNotFoundException(
            "run %s has no checkpoint %s, complete ones: %s".formatted(run, id, listed(complete)));
  }

  CheckpointNotFoundException noneOf(RunId run) {
    return new CheckpointNotFoundException(
        "run %s has no complete checkpoint under %s"
            .formatted(run, objects.uri(layout.checkpoints(run))));
  }

  private static String listed(List<CheckpointId> ids) {
    return String.join(", ", ids.stream().map(CheckpointId::toString).toList());
  }

  private static CheckpointDescription read(RunId run, CheckpointId id, byte[] json) {
    CheckpointDescription description;
    try {
      description = Json.read(json, CheckpointDescription.class);
    } catch (InvalidMessageException e) {
      throw new DamagedCheckpointException(
          run, id, StoreLayout.DESCRIPTION, "the description of a checkpoint", e.getMessage());
    }
    if (!description.run().equals(run) || !description.checkpoint().equals(id)) {
      throw new DamagedCheckpointException(
          run,
          id,
          StoreLayout.DESCRIPTION,
          "the description of this checkpoint",
          "that of checkpoint %s of run %s".formatted(description.checkpoint(), description.run()));
    }
    return description;
  }
}
