package deepspeech.trainer.run;

import deepspeech.broker.BrokerException;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conducts one run at a time, on its own thread: the first of the {@link RunQueue} that no other
 * trainer has.
 */
public final class RunWorker {
  private static final Logger LOG = LoggerFactory.getLogger(RunWorker.class);

  /** How often an idle trainer looks for a run whose trainer has died. */
  private static final Duration INTERVAL = Duration.ofMillis(500);

  /** Stands for all runs in the warnings. */
  private static final String NO_RUN = "";

  private final RunRegistry registry;
  private final RunOwnership ownership;
  private final Conductor conductor;
  private final Map<RunId, Context> traces = new ConcurrentHashMap<>();
  private final Semaphore changes = new Semaphore(0);
  private final Thread thread = new Thread(this::work, "run-worker");
  private RunId underWay;
  private Instant queuedAt;
  private StopSignal stop = new StopSignal();
  private boolean closing;

  /** The last warning about each run that could not be taken. Of the worker's thread. */
  private final Map<String, String> lastWarnings = new HashMap<>();

  /** Conducts a run from the queue to its end. */
  @FunctionalInterface
  public interface Conductor {
    /**
     * Trains a run.
     *
     * @see RunConductor#conduct
     */
    void conduct(RunId run, StopSignal stop) throws InterruptedException;
  }

  /**
   * Creates an idle worker.
   *
   * @param registry the states of all runs, whichever trainer has them
   * @param ownership decides which trainer has a run
   */
  public RunWorker(RunRegistry registry, RunOwnership ownership, Conductor conductor) {
    this.registry = registry;
    this.ownership = ownership;
    this.conductor = conductor;
  }

  /** Starts the thread that takes runs. */
  public void start() {
    thread.start();
  }

  /** Looks at the queue at once, because a run was queued in the current trace. */
  public void enqueue(RunId run) {
    traces.put(run, Context.current());
    wake();
  }

  /**
   * Drops the trace in which a run was queued, because the run has ended or is trained elsewhere.
   */
  public void forget(RunId run) {
    traces.remove(run);
  }

  /** Looks at the queue at once, because the state of a run has changed. */
  public void wake() {
    changes.release();
  }

  /**
   * Ends the run, before its training or at its next step, if it is in progress.
   *
   * @param otherwise the action if the run is not in progress; the run cannot start meanwhile
   */
  public synchronized void stop(RunId run, Runnable otherwise) {
    if (run.equals(underWay)) {
      stop.raise(StopSignal.Reason.COMMAND);
    } else {
      otherwise.run();
    }
  }

  /** Returns the run in progress; empty if this trainer is idle. */
  synchronized Optional<RunId> underWay() {
    return Optional.ofNullable(underWay);
  }

  /** Ends the run with a checkpoint, if it is in progress, and lets it wait for a trainer. */
  synchronized void leave(RunId run) {
    if (run.equals(underWay)) {
      stop.raise(StopSignal.Reason.PREEMPTED);
    }
  }

  /** Returns false once the training thread has ended. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  private void work() {
    try {
      while (!isClosing()) {
        Optional<RunId> next = next();
        if (next.isEmpty()) {
          awaitChange();
          continue;
        }
        try {
          conductFromBeginToEnd(next.get());
        } finally {
          ownership.release(next.get());
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("run worker ends");
    }
  }

  /** Takes the first run of the queue that no other trainer has. */
  private Optional<RunId> next() throws InterruptedException {
    try {
      ownership.refresh();
      lastWarnings.remove(NO_RUN);
    } catch (BrokerException e) {
      warn(NO_RUN, "no run can be taken: " + e.getMessage());
      return Optional.empty();
    }
    boolean undecided = false;
    for (RunState state : registry.unfinished()) {
      if (state.waits() && undecided) {
        // A run whose trainer may have died comes before those that wait. A trainer that was busy
        // knows nothing of the others, and would pass it over until the queue is empty.
        return Optional.empty();
      }
      if (take(state.run())) {
        return Optional.of(state.run());
      }
      undecided |= !state.waits() && ownership.isUndecided(state.run());
    }
    return Optional.empty();
  }

  /** A run that cannot be taken must not stand in the way of the others. */
  private boolean take(RunId run) throws InterruptedException {
    try {
      boolean taken = ownership.take(run);
      if (taken) {
        lastWarnings.clear();
      }
      return taken;
    } catch (CheckpointStoreException | BrokerException | TakenOverException e) {
      warn(run.value(), "run %s cannot be taken: %s".formatted(run, e.getMessage()));
    } catch (RuntimeException e) {
      if (isNew(run.value(), e.toString())) {
        LOG.error("run {} cannot be taken", run, e);
      }
    }
    return false;
  }

  private void warn(String about, String line) {
    if (isNew(about, line)) {
      LOG.warn("{}", line);
    }
  }

  /** False for what an earlier look at the queue has found and reported. */
  private boolean isNew(String about, String line) {
    return !line.equals(lastWarnings.put(about, line));
  }

  private void awaitChange() throws InterruptedException {
    var unused = changes.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    changes.drainPermits();
  }

  private void conductFromBeginToEnd(RunId run) throws InterruptedException {
    if (!begin(run)) {
      return;
    }
    try {
      conduct(run);
    } catch (RuntimeException e) {
      failed(run, e);
    } finally {
      end();
    }
  }

  private void conduct(RunId run) throws InterruptedException {
    Context trace = Optional.ofNullable(traces.remove(run)).orElse(Context.root());
    Tracing.at(
        trace,
        () -> {
          conductor.conduct(run, stop);
          return null;
        });
  }

  /**
   * Records an unexpected failure in the run's state, so that the next run can start. A trainer
   * that shuts down, whose connections may be closed already, leaves the run unchanged for the next
   * trainer.
   */
  private void failed(RunId run, RuntimeException failure) {
    if (stop.reason() == StopSignal.Reason.SHUTDOWN) {
      LOG.warn("run {} is left to the next trainer: {}", run, failure.toString());
      return;
    }
    LOG.error("run {} failed unexpectedly", run, failure);
    keepFailure(run, failure);
  }

  /**
   * Commits the failure. If that fails, for example because no broker is available, the run is
   * trained again.
   */
  private void keepFailure(RunId run, RuntimeException failure) {
    try {
      registry.change(
          run,
          state -> state.withStatus(RunStatus.FAILED, "unexpected: " + failure, Instant.now()));
    } catch (RuntimeException e) {
      LOG.error("run {}: its failure cannot be saved, the run is trained again", run, e);
    }
  }

  private synchronized boolean begin(RunId run) {
    if (closing || registry.find(run).map(state -> state.status().ended()).orElse(true)) {
      return false;
    }
    underWay = run;
    queuedAt = registry.find(run).orElseThrow().assignment().queuedAt();
    stop = new StopSignal();
    return true;
  }

  private synchronized boolean isClosing() {
    return closing;
  }

  /** Applies a stop command that arrived too late for the conductor to see it. */
  private synchronized void end() {
    RunId ended = underWay;
    underWay = null;
    if (stop.reason() != StopSignal.Reason.COMMAND
        || registry.find(ended).map(state -> state.status().ended()).orElse(true)
        || isResumed(ended)) {
      return;
    }
    try {
      registry.change(ended, s -> s.withStatus(RunStatus.STOPPED, Instant.now()));
    } catch (RuntimeException e) {
      LOG.error("run {}: its stop cannot be saved", ended, e);
    }
  }

  /** A command may have resumed the run between its end and now. */
  private boolean isResumed(RunId run) {
    return !Objects.equals(queuedAt, registry.find(run).orElseThrow().assignment().queuedAt());
  }

  /**
   * Lets the run in progress commit a checkpoint, and waits for it. The run stays unfinished for
   * the next trainer.
   *
   * @param grace how long the checkpoint may take
   * @return the run that did not end in that time
   */
  public Optional<RunId> shutDown(Duration grace) throws InterruptedException {
    synchronized (this) {
      closing = true;
      stop.raise(StopSignal.Reason.SHUTDOWN);
      if (underWay == null) {
        thread.interrupt();
      }
    }
    thread.join(grace.toMillis());
    synchronized (this) {
      return thread.isAlive() ? Optional.ofNullable(underWay) : Optional.empty();
    }
  }
}
