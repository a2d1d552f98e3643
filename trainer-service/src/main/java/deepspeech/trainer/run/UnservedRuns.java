package deepspeech.trainer.run;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import deepspeech.runtime.schedule.RepeatedTask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after runs that no trainer trains. A run whose trainer has gone, and that no other one has
 * taken for a while, waits in the queue again. A run that waits although no trainer that is there
 * could train it, as when the only trainer with its GPUs has gone, has a warning until one could.
 */
public final class UnservedRuns implements AutoCloseable {
  /** A trainer that restarts should not cause a warning. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(UnservedRuns.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final String BEGINNING = "no trainer that is there can train this run: ";

  private final RunRegistry registry;
  private final RunWarnings warnings;
  private final Predicate<String> isThere;
  private final Predicate<RunState> canBeTrained;
  private final Map<RunId, Instant> gone = new ConcurrentHashMap<>();
  private final Clock clock;
  private final RepeatedTask checks = new RepeatedTask("unserved-runs", this::checkAll);

  /**
   * Watches the runs that wait.
   *
   * @param registry the states of all runs
   * @param isThere returns true for the name of a trainer that lives
   * @param canBeTrained returns false if no trainer that is there has the devices for a run
   */
  public UnservedRuns(
      RunRegistry registry,
      RunWarnings warnings,
      Predicate<String> isThere,
      Predicate<RunState> canBeTrained,
      Clock clock) {
    this.registry = registry;
    this.warnings = warnings;
    this.isThere = isThere;
    this.canBeTrained = canBeTrained;
    this.clock = clock;
  }

  /** Starts the checks. */
  public void start() {
    checks.start(PATIENCE, INTERVAL);
  }

  private void checkAll() {
    for (RunState run : registry.unfinished()) {
      try {
        check(run);
      } catch (RuntimeException e) {
        // The other runs are checked all the same.
        LOG.warn("run {}: not checked whether a trainer can train it: {}", run.run(), e.toString());
      }
    }
  }

  /** Lets a run wait again if its trainer has gone, and adds or removes its warning. */
  void check(RunState run) {
    if (run.assignment().trainer() == null || hasItsTrainer(run)) {
      gone.remove(run.run());
    } else if (isOver(gone.computeIfAbsent(run.run(), first -> clock.instant()))) {
      var unused = warnings.whileNobodyElseHas(run.run(), () -> leave(run));
    }
    warn(run);
  }

  /** A trainer that was started again under its name may have taken another run since. */
  private boolean hasItsTrainer(RunState run) {
    String trainer = run.assignment().trainer();
    return isThere.test(trainer)
        && registry.unfinished().stream()
            .filter(other -> trainer.equals(other.assignment().trainer()))
            .noneMatch(
                other ->
                    other.assignment().trainerSince().isAfter(run.assignment().trainerSince()));
  }

  private boolean isOver(Instant since) {
    return since.isBefore(clock.instant().minus(PATIENCE));
  }

  private void leave(RunState gone) {
    RunState now = registry.find(gone.run()).orElseThrow();
    if (!now.status().ended() && gone.assignment().trainer().equals(now.assignment().trainer())) {
      registry.change(gone.run(), state -> state.withoutTrainer(clock.instant()));
    }
  }

  private void warn(RunState run) {
    boolean unserved = run.waits() && isOver(RunQueue.queuedAt(run)) && !canBeTrained.test(run);
    var unused =
        warnings.change(
            run.run(),
            lines -> {
              List<String> changed = RunWarnings.without(lines, BEGINNING);
              if (unserved) {
                changed.add(BEGINNING + needs(run.configuration()));
              }
              return changed;
            });
  }

  private static String needs(TrainingConfiguration configuration) {
    return "it needs use_gpu %s, devices %s; start one that has them"
        .formatted(
            configuration.useGpu() ? "True" : "False", configuration.devices().orElse("None"));
  }

  @Override
  public void close() {
    checks.close();
  }
}
