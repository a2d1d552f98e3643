package deepspeech.trainer.run;

import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.LeaseRecord;
import deepspeech.checkpoint.LeaseRecords;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of this trainer on a run. It begins when the trainer writes it to the store, and ends
 * when the trainer releases it or another one acquires it. The trainer renews it every {@link
 * #RENEWAL_INTERVAL}, and before it commits or publishes anything of the run, if the last renewal
 * is older than {@link #FRESH}. A trainer that was cut off or suspended thus finds out that it has
 * lost the run. It continues while the store does not answer: if the store is unavailable, no other
 * trainer can acquire the lease.
 */
final class RunLease {
  static final Duration RENEWAL_INTERVAL = Duration.ofSeconds(2);
  static final Duration FRESH = Duration.ofSeconds(5);
  private static final int MOST_ATTEMPTS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);

  private final LeaseRecords records;
  private final BooleanSupplier mayRenew;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "run-lease");
            thread.setDaemon(true);
            return thread;
          });
  private final ExecutorService renewals =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "run-lease-renewal");
            thread.setDaemon(true);
            return thread;
          });
  private final RecentCheck lastRenewal;
  private final Object use = new Object();
  private LeaseRecord own;
  private LeaseRecord winner;
  private StopSignal stop = new StopSignal();
  private String lastWarning;

  private RunLease(LeaseRecord own, LeaseRecords records, BooleanSupplier mayRenew, Clock clock) {
    this.own = own;
    this.records = records;
    this.mayRenew = mayRenew;
    this.lastRenewal = new RecentCheck(FRESH, clock, System::nanoTime);
  }

  /**
   * Starts to renew a lease that this trainer has acquired.
   *
   * @param mayRenew returns false while this trainer cannot train, so that another one may acquire
   *     the lease
   */
  static RunLease begin(
      LeaseRecord own, LeaseRecords records, BooleanSupplier mayRenew, Clock clock) {
    RunLease lease = new RunLease(own, records, mayRenew, clock);
    // A request that hangs must not delay the next renewal.
    var unused =
        lease.watch.scheduleAtFixedRate(
            () -> lease.renewals.execute(lease::renewUnlessReleased),
            RENEWAL_INTERVAL.toMillis(),
            RENEWAL_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
    return lease;
  }

  private void renewUnlessReleased() {
    try {
      if (!watch.isShutdown()) {
        var unused = renew();
      }
    } catch (RuntimeException e) {
      LOG.error("the lease on run {} cannot be renewed", own().run(), e);
    }
  }

  /** Sets the signal that is raised when another trainer acquires the lease. */
  void raiseWhenLost(StopSignal signal) {
    synchronized (this) {
      stop = signal;
    }
    raiseIfLost();
  }

  /**
   * Requires that this trainer still holds the run.
   *
   * @throws TakenOverException if another trainer holds it; the message names that trainer and the
   *     time of its lease
   */
  void requireHeld() {
    // The process may be suspended during a renewal, which then is old as well.
    int attempts = 0;
    while (lastRenewalIsOld() && attempts < MOST_ATTEMPTS && renew() && mayRenew.getAsBoolean()) {
      attempts++;
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

  private synchronized boolean lastRenewalIsOld() {
    return lastRenewal.isOld();
  }

  /** Returns false if the store failed. */
  private boolean renew() {
    RecentCheck.Time now = lastRenewal.now();
    boolean answered = false;
    try {
      boolean renews = mayRenew.getAsBoolean();
      LeaseRecord current =
          renews ? records.renew(own()) : records.observe(own().run()).lease().orElse(own());
      synchronized (this) {
        if (current.isSameAs(own)) {
          own = current;
          if (renews) {
            lastRenewal.renew(now);
          }
        } else {
          winner = current;
        }
      }
      answered = true;
    } catch (CheckpointStoreException e) {
      warn("the lease on run %s cannot be renewed: %s".formatted(own().run(), e.getMessage()));
    }
    raiseIfLost();
    return answered;
  }

  private synchronized LeaseRecord own() {
    return own;
  }

  private synchronized boolean isLost() {
    return winner != null;
  }

  private void raiseIfLost() {
    StopSignal raised;
    synchronized (this) {
      if (winner == null) {
        return;
      }
      raised = stop;
    }
    raised.raise(StopSignal.Reason.TAKEN_OVER);
  }

  /**
   * Logs a failed renewal only if its line differs from the last one logged, because there is a
   * renewal every two seconds.
   */
  private synchronized void warn(String line) {
    if (!line.equals(lastWarning)) {
      lastWarning = line;
      LOG.warn("{}", line);
    }
  }

  /**
   * Calls an action. The lease is not released meanwhile.
   *
   * @return false, without a call, if the lease is released or lost
   */
  boolean unlessReleased(Runnable action) {
    synchronized (use) {
      if (lastRenewalIsOld()) {
        var unused = renew();
      }
      if (watch.isShutdown() || isLost()) {
        return false;
      }
      action.run();
      return true;
    }
  }

  /** Releases the run, so that any trainer can acquire it at once. */
  void release() {
    synchronized (use) {
      watch.shutdownNow();
    }
    renewals.shutdown();
    try {
      var unused = renewals.awaitTermination(1, TimeUnit.SECONDS);
      records.release(own());
    } catch (CheckpointStoreException e) {
      LOG.warn(
          "run {} cannot be released, another trainer has to wait {} s: {}",
          own().run(),
          HolderWatch.LIFETIME.toSeconds(),
          e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
