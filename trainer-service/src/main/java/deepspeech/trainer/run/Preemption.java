package deepspeech.trainer.run;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import deepspeech.runtime.schedule.RepeatedTask;
import java.time.Duration;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;

/**
 * Lets the run of this trainer wait if a run of a higher priority needs the trainer. All trainers
 * decide from the same states, see {@link RunQueue#preempted}, so that one run leaves its trainer
 * for each run that preempts.
 */
public final class Preemption implements AutoCloseable {
  /** An idle trainer has this time to take the run that preempts. */
  static final Duration GRACE = Duration.ofSeconds(3);

  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final RunRegistry registry;
  private final RunWorker worker;
  private final BiPredicate<String, RunState> canTrain;
  private final LongSupplier nanoseconds;
  private final RepeatedTask checks = new RepeatedTask("preemption", this::check);
  private RunId preempted;
  private long since;

  /**
   * Watches the run of a worker.
   *
   * @param registry the states of all runs
   * @param canTrain returns true if a trainer of that name lives and could train a run
   * @param nanoseconds the process clock in nanoseconds, such as {@link System#nanoTime}
   */
  public Preemption(
      RunRegistry registry,
      RunWorker worker,
      BiPredicate<String, RunState> canTrain,
      LongSupplier nanoseconds) {
    this.registry = registry;
    this.worker = worker;
    this.canTrain = canTrain;
    this.nanoseconds = nanoseconds;
  }

  /** Starts the checks. */
  public void start() {
    checks.start(INTERVAL, INTERVAL);
  }

  /** Lets the run leave if it has had to for the time of grace. */
  void check() {
    RunId run = worker.underWay().filter(registry.preempted(canTrain)::containsKey).orElse(null);
    if (run == null || !run.equals(preempted)) {
      preempted = run;
      since = nanoseconds.getAsLong();
    } else if (nanoseconds.getAsLong() - since >= GRACE.toNanos()) {
      worker.leave(run);
    }
  }

  @Override
  public void close() {
    checks.close();
  }
}
