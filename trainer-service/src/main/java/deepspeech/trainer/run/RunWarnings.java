package deepspeech.trainer.run;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The warnings in the states of runs. Each trainer changes those of the run that it has, and the
 * active one those of the runs that no trainer has. Thread-safe.
 */
public final class RunWarnings {
  private final RunRegistry registry;
  private final Access access;
  private final Clock clock;
  private volatile boolean active;

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
  public RunWarnings(RunRegistry registry, Access access, Clock clock) {
    this.registry = registry;
    this.access = access;
    this.clock = clock;
  }

  /** Sets whether this trainer changes the warnings of runs that no trainer has. */
  public void active(boolean isActive) {
    active = isActive;
  }

  /**
   * Calls an action if no other trainer has the run. Its newest state is in the registry then.
   *
   * @return false, without a call, if another one has it, or if this trainer is not the active one
   */
  boolean whileNobodyElseHas(RunId run, Runnable action) {
    try {
      return active && access.exclusively(run, action);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Changes the warnings of a run.
   *
   * @return false if another trainer has to change them
   */
  boolean change(RunId run, UnaryOperator<List<String>> warnings) {
    if (active && !changes(run, warnings)) {
      return true;
    }
    Runnable change =
        () -> {
          if (changes(run, warnings)) {
            change(registry, clock, run, warnings);
          }
        };
    return active ? whileNobodyElseHas(run, change) : access.whileHeld(run, change);
  }

  /** Returns true if the run is known and would have other warnings. */
  private boolean changes(RunId run, UnaryOperator<List<String>> warnings) {
    return registry
        .find(run)
        .filter(state -> !warnings.apply(of(state)).equals(of(state)))
        .isPresent();
  }

  /** Begins with the newest state: other threads change it, too. */
  private static void change(
      RunRegistry registry, Clock clock, RunId run, UnaryOperator<List<String>> warnings) {
    registry.change(run, state -> state.withWarnings(warnings.apply(of(state)), clock.instant()));
  }

  /**
   * Replaces warnings of a run that this trainer has. The state is not published again if they are
   * the same.
   *
   * @param beginning that of the warnings that are replaced
   * @param lines those that replace them
   */
  static void replace(
      RunRegistry registry, Clock clock, RunId run, String beginning, List<String> lines) {
    UnaryOperator<List<String>> replaced =
        warnings -> {
          List<String> changed = without(warnings, beginning);
          changed.addAll(lines);
          return changed;
        };
    List<String> before = of(registry.find(run).orElseThrow());
    if (!replaced.apply(before).equals(before)) {
      change(registry, clock, run, replaced);
    }
  }

  /** Returns the warnings of a run; none if they are not known yet. */
  static List<String> of(RunState state) {
    return state.warnings() == null ? List.of() : state.warnings();
  }

  /**
   * Returns the warnings that do not begin with one of the texts, as a list that can be changed.
   */
  static List<String> without(List<String> warnings, String... beginnings) {
    List<String> others = new ArrayList<>(warnings);
    others.removeIf(line -> Stream.of(beginnings).anyMatch(line::startsWith));
    return others;
  }
}
