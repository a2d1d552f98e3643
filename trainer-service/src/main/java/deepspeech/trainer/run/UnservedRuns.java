package deepspeech.trainer.run;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds a warning to each run that waits although no trainer that is there could train it, as when
 * the only trainer with its GPUs has gone. The warning is removed when one could.
 */
public final class UnservedRuns implements AutoCloseable {
  /** A trainer that restarts should not cause a warning. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(UnservedRuns.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final String BEGINNING = "no trainer that is there can train this run: ";

  private final RunRegistry registry;
  private final RunWarnings warnings;
  private final Predicate<RunState> canBeTrained;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread checks = new Thread(task, "unserved-runs");
            checks.setDaemon(true);
            return checks;
          });

  /**
   * Watches the runs that wait.
   *
   * @param registry the states of all runs
   * @param canBeTrained returns false if no trainer that is there has the devices for a run
   */
  public UnservedRuns(
      RunRegistry registry, RunWarnings warnings, Predicate<RunState> canBeTrained, Clock clock) {
    this.registry = registry;
    this.warnings = warnings;
    this.canBeTrained = canBeTrained;
    this.clock = clock;
  }

  /** Starts the checks. */
  public void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            this::checkSafely, PATIENCE.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** An exception would end the checks for good. */
  private void checkSafely() {
    try {
      registry.unfinished().forEach(this::check);
    } catch (RuntimeException e) {
      LOG.warn("no warning of runs that no trainer can train: {}", e.toString());
    }
  }

  /** Adds or removes the warning of a run. */
  void check(RunState run) {
    boolean unserved =
        run.waits()
            && RunQueue.queuedAt(run).isBefore(clock.instant().minus(PATIENCE))
            && !canBeTrained.test(run);
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
    thread.shutdownNow();
  }
}
