package deepspeech.trainer.run;

import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.training.StopSignal;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Conducts one run at a time, in the order in which they came, on a thread of its own. */
public final class RunWorker {
  private static final Logger LOG = LoggerFactory.getLogger(RunWorker.class);

  private final RunRegistry registry;
  private final Conductor conductor;
  private final BlockingQueue<RunId> waiting = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::work, "run-worker");
  private RunId underWay;
  private StopSignal stop = new StopSignal();
  private boolean closing;

  /** Takes a run from its turn to its end. */
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

  /** Begins to work, with the runs that an earlier trainer left unfinished. */
  public void start() {
    registry.unfinished().forEach(state -> enqueue(state.run()));
    thread.start();
  }

  /** Trains the run when its turn comes. */
  public void enqueue(RunId run) {
    waiting.add(run);
  }

  /** Ends the run at its next step, if it is the one under way. */
  public synchronized void stop(RunId run) {
    if (run.equals(underWay)) {
      stop.raise(StopSignal.Reason.COMMAND);
    }
  }

  private void work() {
    try {
      while (!isClosing()) {
        RunId next = waiting.take();
        if (!begin(next)) {
          continue;
        }
        try {
          conductor.conduct(next, stop);
        } catch (RuntimeException e) {
          // Whatever it was, the next run has its turn; this one says what happened.
          LOG.error("run {} failed unexpectedly", next, e);
          registry.change(
              next, state -> state.withStatus(RunStatus.FAILED, "unexpected: " + e, Instant.now()));
        } finally {
          end();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("run worker ends");
    }
  }

  private synchronized boolean begin(RunId run) {
    if (closing || registry.find(run).map(state -> state.status().ended()).orElse(true)) {
      return false;
    }
    underWay = run;
    stop = new StopSignal();
    return true;
  }

  private synchronized boolean isClosing() {
    return closing;
  }

  private synchronized void end() {
    underWay = null;
  }

  /**
   * Lets the run under way publish a checkpoint and waits for it; the run stays unfinished for the
   * next trainer.
   */
  public void shutDown() throws InterruptedException {
    synchronized (this) {
      closing = true;
      stop.raise(StopSignal.Reason.SHUTDOWN);
      if (underWay == null) {
        thread.interrupt();
      }
    }
    thread.join();
  }
}
