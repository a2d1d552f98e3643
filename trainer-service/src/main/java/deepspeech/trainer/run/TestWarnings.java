package deepspeech.trainer.run;

import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
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
 * Adds a warning to a run while none of its checkpoints could be tested, or while a test is
 * delayed, with the reason. The dead letters have every failure; the warnings only summarise them.
 * Thread-safe.
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
   * Changes no warnings until this trainer is active.
   *
   * @param newest returns the newest state of a run that has ended, whichever trainer trained it
   */
  public TestWarnings(
      RunRegistry registry, Function<RunId, Optional<RunState>> newest, Clock clock) {
    this.registry = registry;
    this.newest = newest;
    this.clock = clock;
  }

  /** Sets whether this trainer may change the states of runs. */
  public synchronized void active(boolean isActive) {
    active = isActive;
  }

  /** Removes the run's warnings about tests, because one of its checkpoints was tested. */
  public synchronized void tested(RunId run) {
    tested.add(run);
    if (!settled.contains(run)
        && change(run, warnings -> without(warnings, BEGINNING, DELAYED_BEGINNING))) {
      settled.add(run);
    }
  }

  /** Records that a checkpoint of a run cannot be tested. */
  public synchronized void failed(RunId run, CheckpointId checkpoint, String reason) {
    settled.remove(run);
    String warning = "%s%s: %s".formatted(BEGINNING, checkpoint, reason);
    var unused =
        change(
            run,
            warnings -> {
              List<String> changed = without(warnings, DELAYED_BEGINNING);
              // Keep the first reason: one warning per run, however many checkpoints it has.
              if (!tested.contains(run)
                  && changed.stream().noneMatch(line -> line.startsWith(BEGINNING))) {
                changed.add(warning);
              }
              return changed;
            });
  }

  /**
   * Records that the test of a checkpoint is delayed. The evaluator retries it until it succeeds or
   * fails.
   */
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

  /** Returns false if this trainer may not change the states of runs. */
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
