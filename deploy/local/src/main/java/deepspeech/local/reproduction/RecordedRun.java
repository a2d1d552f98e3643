package deepspeech.local.reproduction;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.local.CommandFailedException;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.checkpoint.ModelReference;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A run as its state, the events of its checkpoints and the store tell of it.
 *
 * @param checkpoints of the training that led to the run's last checkpoint, those that are removed
 *     by now among them, as far as they are known
 */
public record RecordedRun(
    RunState state, NavigableMap<CheckpointId, RecordedCheckpoint> checkpoints) {

  /**
   * Puts together what is known.
   *
   * @param events of the run's checkpoints, in their order
   * @param stored the checkpoints that are in the store
   */
  public static RecordedRun of(
      RunState state, List<CheckpointPublished> events, List<StoredCheckpoint> stored) {
    NavigableMap<CheckpointId, RecordedCheckpoint> checkpoints = new TreeMap<>();
    for (CheckpointPublished event : events) {
      RecordedCheckpoint checkpoint = RecordedCheckpoint.of(event);
      RecordedCheckpoint known = checkpoints.put(checkpoint.id(), checkpoint);
      // A run that has gone back trains what was behind that anew; a second event changes nothing.
      if (known == null || !known.weights().equals(checkpoint.weights())) {
        checkpoints.tailMap(checkpoint.id(), false).clear();
      }
    }
    stored.stream()
        .map(RecordedCheckpoint::of)
        .forEach(checkpoint -> checkpoints.put(checkpoint.id(), checkpoint));
    if (state.lastCheckpoint() != null) {
      checkpoints.tailMap(state.lastCheckpoint(), false).clear();
    }
    return new RecordedRun(state, checkpoints);
  }

  public RunId run() {
    return state.run();
  }

  /** What the last checkpoint was trained with. */
  public Provenance provenance() {
    return checkpoints.lastEntry().getValue().provenance();
  }

  /**
   * The configuration with which the run can be trained again in one go, from what it began with to
   * the end of the epoch of its last checkpoint.
   *
   * @throws CommandFailedException with the reason, in a line, if it cannot
   */
  public TrainingConfiguration rerun() {
    TrainingConfiguration configuration = state.configuration();
    if (configuration == null) {
      throw refused("it was rejected, and nothing trained: " + state.reason());
    }
    if (configuration.useGpu()) {
      throw refused(
          "it was trained on a GPU, where sums are made in another order each time, so that no two"
              + " runs have the same weights; only runs with use_gpu=False can be reproduced");
    }
    if (!state.status().ended()) {
      throw refused("it is %s; allowed: a run that has ended".formatted(state.status()));
    }
    if (checkpoints.isEmpty()) {
      throw refused(
          "no checkpoint of it is known: the store has none, and events are kept for 30 days");
    }
    requireOneGo();
    TrainingConfiguration rerun = configuration.with(begun());
    Optional<String> trained = provenance().configuration();
    if (!trained.equals(Optional.of(Provenance.hash(rerun)))) {
      throw refused(
          "its configuration has changed since checkpoint %s, which was trained with another"
              .formatted(checkpoints.lastKey()));
    }
    return rerun;
  }

  private Map<String, Object> begun() {
    Map<String, Object> begun = new HashMap<>();
    begun.put(Argument.NUM_EPOCH.argumentName(), checkpoints.lastKey().epoch());
    for (Argument argument : List.of(Argument.RESUME_MODEL, Argument.PRETRAINED_MODEL)) {
      begun.put(argument.argumentName(), provenance().model(argument).orElse(null));
    }
    return begun;
  }

  /** The model of another run that this one began with; empty if it began with a new one. */
  Optional<BegunWith> begunWith() {
    return List.of(Argument.RESUME_MODEL, Argument.PRETRAINED_MODEL).stream()
        .filter(argument -> provenance().model(argument).isPresent())
        .map(
            argument ->
                new BegunWith(
                    argument,
                    ModelReference.parse(
                        argument.argumentName(), provenance().model(argument).get()),
                    provenance().weights(argument).orElse("")))
        .findFirst();
  }

  /**
   * A checkpoint of another run.
   *
   * @param weights SHA-256
   */
  record BegunWith(Argument argument, ModelReference model, String weights) {}

  private void requireOneGo() {
    RecordedCheckpoint before = null;
    for (RecordedCheckpoint checkpoint : checkpoints.values()) {
      if (checkpoint.provenance().isEmpty()) {
        throw refused(
            "checkpoint %s does not tell what it was trained with: it is from before that was recorded"
                .formatted(checkpoint.id()));
      }
      if (before != null) {
        List<String> changed = changed(before.provenance(), checkpoint.provenance());
        if (!changed.isEmpty()) {
          throw refused(
              "it was not trained in one go: between checkpoints %s and %s it was resumed with %s"
                  .formatted(before.id(), checkpoint.id(), String.join(", ", changed)));
        }
      }
      before = checkpoint;
    }
  }

  private static List<String> changed(Provenance before, Provenance after) {
    List<String> changed = new ArrayList<>();
    if (!before.configuration().equals(after.configuration())) {
      changed.add(
          "another configuration (SHA-256 %s, was %s)"
              .formatted(after.configuration().orElse("?"), before.configuration().orElse("?")));
    }
    ProvenanceChange.ofFiles(before, after, Split.TRAIN).stream()
        .map(change -> "another " + change)
        .forEach(changed::add);
    return changed;
  }

  private CommandFailedException refused(String reason) {
    return new CommandFailedException(
        "run %s cannot be reproduced: %s".formatted(state.run(), reason));
  }
}
