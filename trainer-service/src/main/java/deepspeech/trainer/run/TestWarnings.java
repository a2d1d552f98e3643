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
  private final Access access;
  private final Clock clock;
  private final Set<RunId> tested = new HashSet<>();
  private final Set<RunId> settled = new HashSet<>();
  private boolean active;

  /** The right of this trainer to change the state of a run. */
  public interface Access {
    /**
     * Calls an action if this trainer has the run.
     *
     * @return false, without a call, if it has not
     */
    boolean whileHeld(RunId run, Runnable action);

    /**
     * Calls an action if no other trainer has the run. Its newest state is in the registry then.
     *
     * @return false, without a call, if another trainer has the run
     */
    boolean exclusively(RunId run, Runnable action) throws InterruptedException;
  }

  /**
   * Changes only warnings of runs that this trainer has, until it is active.
   *
   * @param registry the states of all runs
   */
  public TestWarnings(RunRegistry registry, Access access, Clock clock) {
    this.registry = registry;
    this.access = access;
    this.clock = clock;
  }

  /** Sets whether this trainer changes the warnings of runs that no trainer has. */
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

  /** Returns false if another trainer has to change the run's state. */
  private boolean change(RunId run, UnaryOperator<List<String>> warnings) {
    if (active && changed(run, warnings).isEmpty()) {
      return true;
    }
    Runnable change =
        () -> changed(run, warnings).ifPresent(changed -> registry.change(run, state -> changed));
    try {
      return active ? access.exclusively(run, change) : access.whileHeld(run, change);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns the run's state with other warnings; empty if they are the same. */
  private Optional<RunState> changed(RunId run, UnaryOperator<List<String>> warnings) {
    return registry
        .find(run)
        .filter(state -> !warnings.apply(of(state)).equals(of(state)))
        .map(state -> state.withWarnings(warnings.apply(of(state)), clock.instant()));
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
