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
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Keeps among the warnings of a run that no checkpoint of it could be tested so far, or that a test
 * cannot go on, and why; whoever has other ways to learn of it looks there. Thread-safe.
 */
public final class TestWarnings {
  private static final String BEGINNING = "no checkpoint could be tested so far: ";

  private static final String DELAYED_BEGINNING = "the test of a checkpoint is delayed: ";

  private final RunRegistry registry;
  private final Function<RunId, Optional<RunState>> newest;
  private final Clock clock;
  private final Set<RunId> tested = new HashSet<>();
  private final Set<RunId> settled = new HashSet<>();
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
    tested.add(run);
    if (!settled.contains(run)
        && change(run, warnings -> without(warnings, BEGINNING, DELAYED_BEGINNING))) {
      settled.add(run);
    }
  }

  /** A checkpoint of a run cannot be tested. */
  public synchronized void failed(RunId run, CheckpointId checkpoint, String reason) {
    settled.remove(run);
    String warning = "%s%s: %s".formatted(BEGINNING, checkpoint, reason);
    var unused =
        change(
            run,
            warnings -> {
              List<String> changed = without(warnings, DELAYED_BEGINNING);
              // The first reason stays: one warning a run, however many checkpoints it has.
              if (!tested.contains(run)
                  && changed.stream().noneMatch(line -> line.startsWith(BEGINNING))) {
                changed.add(warning);
              }
              return changed;
            });
  }

  /** The test of a checkpoint cannot go on for now; it is tried until it is tested or fails. */
  public synchronized void delayed(RunId run, CheckpointId checkpoint, String reason) {
    settled.remove(run);
    var unused =
        change(
            run,
            warnings -> {
              List<String> changed = without(warnings, DELAYED_BEGINNING);
              changed.add("%s%s: %s".formatted(DELAYED_BEGINNING, checkpoint, reason));
              return changed;
            });
  }

  /** False if the states of runs are not this trainer's to change. */
  private boolean change(RunId run, UnaryOperator<List<String>> warnings) {
    if (!active) {
      return false;
    }
    UnaryOperator<RunState> change =
        state -> state.withWarnings(warnings.apply(of(state)), clock.instant());
    Predicate<RunState> isChanged = state -> !warnings.apply(of(state)).equals(of(state));
    Optional<RunState> underWay = registry.find(run).filter(state -> !state.status().ended());
    if (underWay.isPresent()) {
      underWay.filter(isChanged).ifPresent(state -> registry.change(run, change));
      return true;
    }
    newest
        .apply(run)
        .filter(state -> state.status().ended() && isChanged.test(state))
        .map(change)
        .ifPresent(registry::put);
    return true;
  }

  private static List<String> of(RunState state) {
    return state.warnings() == null ? List.of() : state.warnings();
  }

  private static List<String> without(List<String> warnings, String... beginnings) {
    List<String> others = new ArrayList<>(warnings);
    others.removeIf(line -> Stream.of(beginnings).anyMatch(line::startsWith));
    return others;
  }
}
