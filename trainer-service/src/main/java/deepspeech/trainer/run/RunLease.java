package deepspeech.trainer.run;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.RunClaim;
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
 * The right of this trainer to train a run, from its claim in the store until another trainer
 * claims the run. A trainer that was cut off or stood still learns that it has lost the run from a
 * look at the store: every {@link #LOOK}, and before anything is kept of the run if the last look
 * is older than {@link #FRESH}. While the store is away nobody can claim the run either.
 */
final class RunLease implements AutoCloseable {
  static final Duration LOOK = Duration.ofSeconds(2);
  static final Duration FRESH = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);

  private final RunClaim own;
  private final CheckpointStore store;
  private final StopSignal stop;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "tenure");
            thread.setDaemon(true);
            return thread;
          });
  private final RecentCheck lastLook;
  private RunClaim winner;
  private String told;

  private RunLease(RunClaim own, CheckpointStore store, StopSignal stop, Clock clock) {
    this.own = own;
    this.store = store;
    this.stop = stop;
    this.lastLook = new RecentCheck(FRESH, clock, System::nanoTime);
  }

  /**
   * Begins to look whether a claim still counts.
   *
   * @param stop is raised when another trainer claims the run
   */
  static RunLease begin(RunClaim own, CheckpointStore store, StopSignal stop, Clock clock) {
    RunLease tenure = new RunLease(own, store, stop, clock);
    var unused =
        tenure.watch.scheduleWithFixedDelay(
            tenure::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    return tenure;
  }

  /**
   * Returns if the run is still this trainer's.
   *
   * @throws TakenOverException if it is not; the message says whose it is, and since when
   */
  void requireHeld() {
    if (lastLookIsOld()) {
      look();
    }
    synchronized (this) {
      if (winner != null) {
        throw new TakenOverException(
            "Run %s was taken over by trainer %s at %s (term %d); trainer %s (term %d) lets it go"
                .formatted(
                    own.run(),
                    winner.trainer(),
                    winner.claimedAt(),
                    winner.term(),
                    own.trainer(),
                    own.term()));
      }
    }
  }

  private synchronized boolean lastLookIsOld() {
    return lastLook.isOld();
  }

  private void look() {
    RecentCheck.Time now = lastLook.now();
    try {
      RunClaim there = store.claimOf(own.run()).orElse(own);
      synchronized (this) {
        lastLook.renew(now);
        if (there.term() > own.term()) {
          winner = there;
        }
      }
    } catch (CheckpointStoreException e) {
      tell("whose run %s is cannot be told now: %s".formatted(own.run(), e.getMessage()));
    }
    if (isLost()) {
      stop.raise(StopSignal.Reason.TAKEN_OVER);
    }
  }

  /** A look comes every two seconds: what it finds each time is told once. */
  private synchronized void tell(String line) {
    if (!line.equals(told)) {
      told = line;
      LOG.warn("{}", line);
    }
  }

  private synchronized boolean isLost() {
    return winner != null;
  }

  /** Ends the looks. The claim stays until the next one. */
  @Override
  public void close() {
    watch.shutdownNow();
  }
}
