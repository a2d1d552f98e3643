package deepspeech.trainer.run;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the run of this trainer wait if a run of a higher priority needs the trainer. All trainers
 * decide from the same states, see {@link RunQueue#preempted}, so that one run leaves its trainer
 * for each run that preempts.
 */
public final class Preemption implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Preemption.class);

  /** An idle trainer has this time to take the run that preempts. */
  static final Duration GRACE = Duration.ofSeconds(3);

  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final RunRegistry registry;
  private final RunWorker worker;
  private final Predicate<String> isThere;
  private final Predicate<RunState> canTrain;
  private final LongSupplier nanoseconds;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread checks = new Thread(task, "preemption");
            checks.setDaemon(true);
            return checks;
          });
  private RunId preempted;
  private long since;

  /**
   * Watches the run of a worker.
   *
   * @param registry the states of all runs
   * @param isThere returns true for the name of a trainer that lives
   * @param canTrain returns false for a run for which this trainer lacks the devices
   * @param nanoseconds the process clock in nanoseconds, such as {@link System#nanoTime}
   */
  public Preemption(
      RunRegistry registry,
      RunWorker worker,
      Predicate<String> isThere,
      Predicate<RunState> canTrain,
      LongSupplier nanoseconds) {
    this.registry = registry;
    this.worker = worker;
    this.isThere = isThere;
    this.canTrain = canTrain;
    this.nanoseconds = nanoseconds;
  }

  /** Starts the checks. */
  public void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            this::checkSafely, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** An exception would end the checks for good. */
  private void checkSafely() {
    try {
      check();
    } catch (RuntimeException e) {
      LOG.error("a run of a higher priority may have to wait", e);
    }
  }

  /** Lets the run leave if it has had to for the time of grace. */
  void check() {
    Map<RunId, RunState> pairs = registry.preempted(isThere);
    RunId run =
        worker
            .underWay()
            .filter(pairs::containsKey)
            .filter(underWay -> canTrain.test(pairs.get(underWay)))
            .orElse(null);
    if (run == null || !run.equals(preempted)) {
      preempted = run;
      since = nanoseconds.getAsLong();
    } else if (nanoseconds.getAsLong() - since >= GRACE.toNanos()) {
      worker.leave(run);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
