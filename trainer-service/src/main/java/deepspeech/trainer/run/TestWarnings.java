package deepspeech.trainer.run;

import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Keeps among the warnings of a run that no checkpoint of it could be tested so far, and why;
 * whoever has other ways to learn of it looks there. Thread-safe.
 */
public final class TestWarnings {
  private static final String BEGINNING = "no checkpoint could be tested so far: ";

  private final RunRegistry registry;
  private final Function<RunId, Optional<RunState>> newest;
  private final Clock clock;
  private final Set<RunId> tested = new HashSet<>();
  private boolean active;

  /**
   * Warns of nothing until this trainer is active.
   *
   * @param newest gives the newest state of a run that has ended, whoever has trained it
   */
  public TestWarnings(
      RunRegistry registry, Function<RunId, Optional<RunState>> newest, Clock clock) {
    this.registry = registry;
    this.newest = newest;
    this.clock = clock;
  }

  /** Whether the states of runs are this trainer's to change. */
  public synchronized void active(boolean isActive) {
    active = isActive;
  }

  /** A checkpoint of a run was tested. */
  public synchronized void tested(RunId run) {
    if (tested.add(run)) {
      change(run, Optional.empty());
    }
  }

  /** A checkpoint of a run cannot be tested. */
  public synchronized void failed(RunId run, CheckpointId checkpoint, String reason) {
    if (!tested.contains(run)) {
      change(run, Optional.of("%s%s: %s".formatted(BEGINNING, checkpoint, reason)));
    }
  }

  private void change(RunId run, Optional<String> warning) {
    if (!active) {
      return;
    }
    UnaryOperator<RunState> change =
        state -> state.withWarnings(warnings(state, warning), clock.instant());
    Optional<RunState> underWay = registry.find(run).filter(state -> !state.status().ended());
    if (underWay.isPresent()) {
      underWay
          .filter(state -> isChanged(state, warning))
          .ifPresent(state -> registry.change(run, change));
      return;
    }
    newest
        .apply(run)
        .filter(state -> state.status().ended() && isChanged(state, warning))
        .map(change)
        .ifPresent(registry::put);
  }

  private static boolean isChanged(RunState state, Optional<String> warning) {
    return !warnings(state, warning)
        .equals(state.warnings() == null ? List.of() : state.warnings());
  }

  private static List<String> warnings(RunState state, Optional<String> warning) {
    List<String> warnings =
        new ArrayList<>(state.warnings() == null ? List.of() : state.warnings());
    boolean warned = warnings.stream().anyMatch(line -> line.startsWith(BEGINNING));
    if (warning.isEmpty()) {
      warnings.removeIf(line -> line.startsWith(BEGINNING));
    } else if (!warned) {
      // The first reason stays: one warning a run, however many checkpoints it has.
      warnings.add(warning.get());
    }
    return warnings;
  }
}
