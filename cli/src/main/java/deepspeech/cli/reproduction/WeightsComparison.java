package deepspeech.cli.reproduction;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares the checkpoint weights of a run that is trained again with those of the original run.
 */
public final class WeightsComparison {
  private final RecordedRun original;
  private final NavigableMap<CheckpointId, RecordedCheckpoint> again = new TreeMap<>();

  public WeightsComparison(RecordedRun original) {
    this.original = original;
  }

  /**
   * Accepts a checkpoint of the run that is trained again.
   *
   * @return a line with the result if the original run has that checkpoint and it was not compared
   *     before; otherwise empty
   */
  public Optional<String> accept(CheckpointCommitted event) {
    RecordedCheckpoint checkpoint = RecordedCheckpoint.of(event);
    boolean repeated = again.put(checkpoint.id(), checkpoint) != null;
    RecordedCheckpoint before = original.checkpoints().get(checkpoint.id());
    if (before == null || repeated) {
      return Optional.empty();
    }
    if (before.agreesWith(checkpoint)) {
      return Optional.of(
          "Checkpoint %s: weights agree (SHA-256 %s)"
              .formatted(checkpoint.id(), checkpoint.weights()));
    }
    return Optional.of(
        before.weights().equals(checkpoint.weights())
            ? differ("averaged weights", checkpoint.id(), checkpoint.deployed(), before.deployed())
            : differ("weights", checkpoint.id(), checkpoint.weights(), before.weights()));
  }

  private String differ(String what, CheckpointId id, String found, String before) {
    return "Checkpoint %s: %s differ (SHA-256 %s, in run %s %s)"
        .formatted(id, what, found, original.run(), before);
  }

  /**
   * True if at least one checkpoint was compared and the weights of every compared checkpoint
   * agree.
   */
  public boolean agrees() {
    return !compared().isEmpty() && compared().stream().allMatch(this::agree);
  }

  /** A closing line with the overall result. */
  public String summary(RunId rerun) {
    Set<CheckpointId> compared = compared();
    if (compared.isEmpty()) {
      return "Runs %s and %s have no known checkpoint in common: nothing was compared"
          .formatted(rerun, original.run());
    }
    Optional<CheckpointId> first = compared.stream().filter(id -> !agree(id)).findFirst();
    return first
        .map(
            id ->
                "Run %s was not reproduced: the weights of run %s differ from checkpoint %s onwards; %s; %s"
                    .formatted(original.run(), rerun, id, code(id), computation(id)))
        .orElseGet(
            () ->
                "Run %s was reproduced: run %s has the same weights at %s"
                    .formatted(original.run(), rerun, places(compared)));
  }

  private static String places(Set<CheckpointId> compared) {
    return compared.size() == 1
        ? "checkpoint " + compared.iterator().next()
        : "%d checkpoints, the last %s".formatted(compared.size(), lastOf(compared));
  }

  private static CheckpointId lastOf(Set<CheckpointId> compared) {
    return new TreeSet<>(compared).last();
  }

  private String code(CheckpointId id) {
    String was = original.checkpoints().get(id).provenance().code().orElse("unknown");
    String is = again.get(id).provenance().code().orElse("unknown");
    return was.equals(is)
        ? "both have the code version " + is
        : "the code version is %s, was %s".formatted(is, was);
  }

  /**
   * Describes whether both runs were computed in the same way. On a CPU this determines how sums
   * round.
   */
  private String computation(CheckpointId id) {
    Optional<CpuProvenance> was = original.checkpoints().get(id).provenance().cpu();
    Optional<CpuProvenance> is = again.get(id).provenance().cpu();
    if (was.isEmpty() || is.isEmpty()) {
      return "run %s has no record of its threads and processor, which determine how sums round"
          .formatted(original.run());
    }
    List<String> changes = is.get().changesSince(was.get());
    return changes.isEmpty()
        ? "both were computed with %d threads on %s"
            .formatted(is.get().threads(), is.get().instructions())
        : "sums round differently because of " + String.join("; ", changes);
  }

  private boolean agree(CheckpointId id) {
    return original.checkpoints().get(id).agreesWith(again.get(id));
  }

  private Set<CheckpointId> compared() {
    Set<CheckpointId> compared = new TreeSet<>(original.checkpoints().keySet());
    compared.retainAll(again.keySet());
    return compared;
  }
}
