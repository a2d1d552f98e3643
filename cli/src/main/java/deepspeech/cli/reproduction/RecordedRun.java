package deepspeech.cli.reproduction;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.cli.CommandFailedException;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.checkpoint.ModelReference;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.console.ConfigurationBlock;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A run as its state, the events of its checkpoints and the store tell of it.
 *
 * @param checkpoints of the training that led to the run's last checkpoint, those that are removed
 *     by now among them, as far as they are known
 * @param configurations that are known, by the hash that the provenance has of them
 */
public record RecordedRun(
    RunState state,
    NavigableMap<CheckpointId, RecordedCheckpoint> checkpoints,
    Map<String, TrainingConfiguration> configurations) {

  /**
   * Puts together what is known.
   *
   * @param events of the run's checkpoints, in their order
   * @param stored the checkpoints that are in the store
   * @param configurations that these were trained with, beside the newest
   */
  public static RecordedRun of(
      RunState state,
      List<CheckpointPublished> events,
      List<StoredCheckpoint> stored,
      List<TrainingConfiguration> configurations) {
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
    Map<String, TrainingConfiguration> byHash = new HashMap<>();
    configurations.forEach(known -> byHash.put(Provenance.hash(known), known));
    if (state.configuration() != null) {
      byHash.put(Provenance.hash(state.configuration()), state.configuration());
    }
    return new RecordedRun(state, checkpoints, byHash);
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
    if (state.configuration() == null) {
      throw refused("it was rejected, and nothing trained: " + state.reason());
    }
    Optional<TrainingConfiguration> trained =
        checkpoints.isEmpty() ? Optional.empty() : configuration(provenance());
    if (trained.orElse(state.configuration()).useGpu()) {
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
    return trained
        .orElseThrow(
            () ->
                refused(
                    "its configuration has changed since checkpoint %s, which was trained with another"
                        .formatted(checkpoints.lastKey())))
        .with(begun());
  }

  private Optional<TrainingConfiguration> configuration(Provenance provenance) {
    return provenance.configuration().map(configurations::get);
  }

  private Map<String, Object> begun() {
    Map<String, Object> begun = new HashMap<>();
    begun.put(Argument.NUM_EPOCH.argumentName(), checkpoints.lastKey().epoch());
    // Sums that are split among another number of threads round otherwise.
    provenance()
        .cpu()
        .ifPresent(cpu -> begun.put(Argument.CPU_THREADS.argumentName(), cpu.threads()));
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

  private List<String> changed(Provenance before, Provenance after) {
    List<String> changed = new ArrayList<>();
    if (!before.configuration().equals(after.configuration())) {
      changed.add(
          "another configuration (%s)"
              .formatted(
                  arguments(before, after)
                      .orElseGet(
                          () ->
                              "SHA-256 was %s, is %s"
                                  .formatted(
                                      before.configuration().orElse("?"),
                                      after.configuration().orElse("?")))));
    }
    ProvenanceChange.ofFiles(before, after, Split.TRAIN).stream()
        .map(change -> "another " + change)
        .forEach(changed::add);
    before
        .cpu()
        .flatMap(was -> after.cpu().map(is -> is.changesSince(was)))
        .ifPresent(changed::addAll);
    return changed;
  }

  /** The arguments that differ, with both values; empty if a configuration is not known. */
  private Optional<String> arguments(Provenance before, Provenance after) {
    Optional<TrainingConfiguration> was = configuration(before);
    Optional<TrainingConfiguration> is = configuration(after);
    if (was.isEmpty() || is.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> now = is.get().asMap();
    return Optional.of(
        was.get().asMap().entrySet().stream()
            .filter(argument -> Provenance.determinesWeights(argument.getKey()))
            .filter(argument -> !Objects.equals(argument.getValue(), now.get(argument.getKey())))
            .map(
                argument ->
                    "%s was %s, is %s"
                        .formatted(
                            argument.getKey(),
                            ConfigurationBlock.literal(argument.getValue()),
                            ConfigurationBlock.literal(now.get(argument.getKey()))))
            .collect(Collectors.joining(", ")));
  }

  private CommandFailedException refused(String reason) {
    return new CommandFailedException(
        "run %s cannot be reproduced: %s".formatted(state.run(), reason));
  }
}
