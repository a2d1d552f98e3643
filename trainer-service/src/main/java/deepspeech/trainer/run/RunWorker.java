package deepspeech.trainer.run;

import deepspeech.broker.trace.Tracing;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.training.StopSignal;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Conducts one run at a time, in the order of the {@link RunQueue}, on its own thread. */
public final class RunWorker {
  private static final Logger LOG = LoggerFactory.getLogger(RunWorker.class);

  private final RunRegistry registry;
  private final Conductor conductor;
  private final Set<RunId> waiting = ConcurrentHashMap.newKeySet();
  private final Map<RunId, Context> traces = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::work, "run-worker");
  private RunId underWay;
  private StopSignal stop = new StopSignal();
  private boolean closing;
  private boolean handedOver;

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

  public RunWorker(RunRegistry registry, Conductor conductor) {
    this.registry = registry;
    this.conductor = conductor;
  }

  /** Starts the thread that processes the queue. */
  public void start() {
    thread.start();
  }

  /**
   * Queues the runs that an earlier trainer left unfinished. A run that is in progress here
   * continues, unless its stop signal is raised; then it is queued again.
   *
   * @param known the newest state of each run
   */
  public synchronized void queueUnfinished(Collection<RunState> known) {
    handedOver = false;
    registry.refresh(known.stream().filter(state -> !state.run().equals(underWay)).toList());
    registry.unfinished().stream()
        .map(RunState::run)
        .filter(run -> !run.equals(underWay) || stop.isRaised())
        .forEach(this::enqueue);
  }

  /**
   * Leaves all runs to another trainer. No queued run starts, and the run in progress ends with a
   * checkpoint. Returns at once.
   */
  public synchronized void handOver() {
    handedOver = true;
    waiting.clear();
    traces.clear();
    stop.raise(StopSignal.Reason.SHUTDOWN);
  }

  /** Queues the run for training, in the current trace. */
  public synchronized void enqueue(RunId run) {
    if (waiting.add(run)) {
      traces.put(run, Context.current());
      notifyAll();
    }
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

  /** Returns the number of queued runs. */
  public int waiting() {
    return waiting.size();
  }

  /** Returns false once the training thread has ended. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  private void work() {
    try {
      while (!isClosing()) {
        RunId next = next();
        if (!begin(next)) {
          continue;
        }
        try {
          conduct(next);
        } catch (RuntimeException e) {
          failed(next, e);
        } finally {
          end();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("run worker ends");
    }
  }

  private synchronized RunId next() throws InterruptedException {
    while (waiting.isEmpty()) {
      wait();
    }
    RunId next =
        registry.unfinished().stream()
            .map(RunState::run)
            .filter(waiting::contains)
            .findFirst()
            .orElse(waiting.iterator().next());
    waiting.remove(next);
    return next;
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
   * queued again.
   */
  private void keepFailure(RunId run, RuntimeException failure) {
    try {
      registry.change(
          run,
          state -> state.withStatus(RunStatus.FAILED, "unexpected: " + failure, Instant.now()));
    } catch (RuntimeException e) {
      LOG.error("run {}: its failure cannot be saved, the run is queued again", run, e);
      enqueue(run);
    }
  }

  private synchronized boolean begin(RunId run) {
    if (closing
        || handedOver
        || registry.find(run).map(state -> state.status().ended()).orElse(true)) {
      return false;
    }
    underWay = run;
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
        || registry.find(ended).map(state -> state.status().ended()).orElse(true)) {
      return;
    }
    try {
      registry.change(ended, s -> s.withStatus(RunStatus.STOPPED, Instant.now()));
    } catch (RuntimeException e) {
      LOG.error("run {}: its stop cannot be saved", ended, e);
    }
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
