package deepspeech.cli.reproduction;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.console.ConfigurationBlock;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
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
 * A run as recorded by its state, its checkpoint events and the store.
 *
 * @param checkpoints the known checkpoints of the training that led to the run's last checkpoint,
 *     including those that have been removed since
 * @param configurations the known configurations, by the hash that the provenance records for them
 */
public record RecordedRun(
    RunState state,
    NavigableMap<CheckpointId, RecordedCheckpoint> checkpoints,
    Map<String, TrainingConfiguration> configurations) {

  /**
   * Combines the records of a run.
   *
   * @param events the run's checkpoint events, in the order of the topic
   * @param stored the run's checkpoints in the store
   * @param configurations configurations of the stored checkpoints; that of {@code state} is added
   */
  public static RecordedRun of(
      RunState state,
      List<CheckpointCommitted> events,
      List<StoredCheckpoint> stored,
      List<TrainingConfiguration> configurations) {
    NavigableMap<CheckpointId, RecordedCheckpoint> checkpoints = new TreeMap<>();
    for (CheckpointCommitted event : events) {
      RecordedCheckpoint checkpoint = RecordedCheckpoint.of(event);
      RecordedCheckpoint known = checkpoints.put(checkpoint.id(), checkpoint);
      // A run that was resumed from an earlier checkpoint trains the later ones again. A second
      // event of the same weights changes nothing.
      if (known == null || !known.agreesWith(checkpoint)) {
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

  /** Provenance of the last checkpoint: what it was trained with. */
  public Provenance provenance() {
    return checkpoints.lastEntry().getValue().provenance();
  }

  /**
   * The configuration that trains the run again in one go, from its initial model to the end of the
   * epoch of its last checkpoint.
   *
   * @throws CommandFailedException with a one-line reason if the run cannot be reproduced
   */
  public TrainingConfiguration rerun() {
    if (state.configuration() == null) {
      throw refused("it was rejected and never trained: " + state.reason());
    }
    Optional<TrainingConfiguration> trained =
        checkpoints.isEmpty() ? Optional.empty() : configuration(provenance());
    if (trained.orElse(state.configuration()).useGpu()) {
      throw refused(
          "it was trained on a GPU, where the order of summation varies, so that no two runs have the"
              + " same weights; allowed: a run with use_gpu=False");
    }
    if (!state.status().ended()) {
      throw refused("it is %s; allowed: a run that has ended".formatted(state.status()));
    }
    if (checkpoints.isEmpty()) {
      throw refused(
          "it has no known checkpoint: the store has none, and events are kept for 30 days");
    }
    requireOneGo();
    return trained
        .orElseThrow(
            () ->
                refused(
                    "its configuration has changed since checkpoint %s, and the earlier configuration is unknown"
                        .formatted(checkpoints.lastKey())))
        .with(begun());
  }

  private Optional<TrainingConfiguration> configuration(Provenance provenance) {
    return provenance.configuration().map(configurations::get);
  }

  private Map<String, Object> begun() {
    Map<String, Object> begun = new HashMap<>();
    begun.put(Argument.NUM_EPOCH.argumentName(), checkpoints.lastKey().epoch());
    // The run ended there, early or not, and may have been resumed after it had ended early.
    begun.put(Argument.EARLY_STOP_PATIENCE.argumentName(), 0);
    begun.put(Argument.EARLY_STOP_EPOCH.argumentName(), null);
    // Sums that are split among a different number of threads round differently.
    provenance()
        .cpu()
        .ifPresent(cpu -> begun.put(Argument.CPU_THREADS.argumentName(), cpu.threads()));
    for (Argument argument : List.of(Argument.RESUME_MODEL, Argument.PRETRAINED_MODEL)) {
      begun.put(argument.argumentName(), provenance().model(argument).orElse(null));
    }
    return begun;
  }

  /**
   * The checkpoint of another run that this run started from; empty if it started from a new model.
   */
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
   * @param weights SHA-256 of the weights that the run began with
   */
  record BegunWith(Argument argument, ModelReference model, String weights) {}

  private void requireOneGo() {
    RecordedCheckpoint before = null;
    for (RecordedCheckpoint checkpoint : checkpoints.values()) {
      if (checkpoint.provenance().isEmpty()) {
        throw refused(
            "checkpoint %s has no record of its configuration and data: an earlier version wrote it"
                .formatted(checkpoint.id()));
      }
      if (before != null) {
        List<String> changed = changed(before.provenance(), checkpoint.provenance());
        if (!changed.isEmpty()) {
          throw refused(
              "its training changed: between checkpoints %s and %s it was resumed with %s"
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

  /**
   * The arguments that determine weights and differ, with both values; empty if one of the
   * configurations is unknown.
   */
  private Optional<String> arguments(Provenance before, Provenance after) {
    Optional<TrainingConfiguration> was = configuration(before);
    Optional<TrainingConfiguration> is = configuration(after);
    if (was.isEmpty() || is.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> now = is.get().withUnknown();
    return Optional.of(
        was.get().withUnknown().entrySet().stream()
            .filter(
                argument ->
                    Provenance.determinesWeights(argument.getKey(), was.get())
                        || Provenance.determinesWeights(argument.getKey(), is.get()))
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
