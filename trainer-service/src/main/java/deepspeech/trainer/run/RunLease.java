package deepspeech.trainer.run;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.LeaseRecord;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of this trainer on a run. It begins when the trainer writes it to the store and ends
 * when another trainer acquires it. The trainer checks the store every {@link #CHECK_INTERVAL}, and
 * before it commits or publishes anything of the run, if the last check is older than {@link
 * #FRESH}. A trainer that was cut off or suspended thus finds out that it has lost the run. While
 * the store is unavailable, no trainer can acquire the lease either.
 */
final class RunLease implements AutoCloseable {
  static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);
  static final Duration FRESH = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);

  private final LeaseRecord own;
  private final CheckpointStore store;
  private final StopSignal stop;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "run-lease");
            thread.setDaemon(true);
            return thread;
          });
  private final RecentCheck lastCheck;
  private LeaseRecord winner;
  private String lastWarning;

  private RunLease(LeaseRecord own, CheckpointStore store, StopSignal stop, Clock clock) {
    this.own = own;
    this.store = store;
    this.stop = stop;
    this.lastCheck = new RecentCheck(FRESH, clock, System::nanoTime);
  }

  /**
   * Starts to check whether a lease is still valid.
   *
   * @param stop raised when another trainer acquires the lease
   */
  static RunLease begin(LeaseRecord own, CheckpointStore store, StopSignal stop, Clock clock) {
    RunLease lease = new RunLease(own, store, stop, clock);
    var unused =
        lease.watch.scheduleWithFixedDelay(
            lease::check,
            CHECK_INTERVAL.toMillis(),
            CHECK_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
    return lease;
  }

  /**
   * Requires that this trainer still holds the run.
   *
   * @throws TakenOverException if another trainer holds it; the message names that trainer and the
   *     time of its lease
   */
  void requireHeld() {
    if (lastCheckIsOld()) {
      check();
    }
    synchronized (this) {
      if (winner != null) {
        throw new TakenOverException(
            "Run %s was taken over by trainer %s at %s (term %d); trainer %s (term %d) stops training it"
                .formatted(
                    own.run(),
                    winner.trainer(),
                    winner.acquiredAt(),
                    winner.term(),
                    own.trainer(),
                    own.term()));
      }
    }
  }

  private synchronized boolean lastCheckIsOld() {
    return lastCheck.isOld();
  }

  private void check() {
    RecentCheck.Time now = lastCheck.now();
    try {
      LeaseRecord current = store.leaseOf(own.run()).orElse(own);
      synchronized (this) {
        lastCheck.renew(now);
        if (current.term() > own.term()) {
          winner = current;
        }
      }
    } catch (CheckpointStoreException e) {
      warn("the lease on run %s cannot be checked: %s".formatted(own.run(), e.getMessage()));
    }
    if (isLost()) {
      stop.raise(StopSignal.Reason.TAKEN_OVER);
    }
  }

  /**
   * Logs a failed check only if its line differs from the last one logged, because a check runs
   * every two seconds.
   */
  private synchronized void warn(String line) {
    if (!line.equals(lastWarning)) {
      lastWarning = line;
      LOG.warn("{}", line);
    }
  }

  private synchronized boolean isLost() {
    return winner != null;
  }

  /** Stops the checks. The lease stays in the store until the next one replaces it. */
  @Override
  public void close() {
    watch.shutdownNow();
  }
}
