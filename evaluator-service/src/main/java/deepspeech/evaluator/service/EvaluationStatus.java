package deepspeech.evaluator.service;

import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.testset.WaitingObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The current activity of the service, for health checks and metrics. Thread-safe. */
public final class EvaluationStatus implements WaitingObserver {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationStatus.class);

  private final AtomicReference<String> checkpoint = new AtomicReference<>();
  private final AtomicReference<String> hindrance = new AtomicReference<>();
  private final AtomicLong waiting = new AtomicLong();
  private final DelayedTests delays;

  EvaluationStatus(DelayedTests delays) {
    this.delays = delays;
  }

  /**
   * The checkpoint under evaluation, as {@code run/checkpoint}; empty if no evaluation is in
   * progress.
   */
  public Optional<String> checkpoint() {
    return Optional.ofNullable(checkpoint.get());
  }

  /** One-line reason why evaluations are delayed; empty if none is delayed. */
  public Optional<String> hindrance() {
    return Optional.ofNullable(hindrance.get()).or(delays::line);
  }

  /** Number of checkpoints that wait for their evaluation, including those under evaluation. */
  public long waiting() {
    return waiting.get();
  }

  /** How long the test that is delayed longest has been delayed, in seconds; 0 if none is. */
  public double hinderedSeconds() {
    return delays.seconds();
  }

  @Override
  public void waiting(String line) {
    delays.waits(line);
    LOG.info("{}", line);
  }

  @Override
  public void arrived() {
    delays.getsOn();
  }

  void begins(UntestedCheckpoint untested) {
    checkpoint.set(untested.checkpoint().run() + "/" + untested.checkpoint().checkpoint());
    delays.begins(untested);
  }

  /** Called when the current evaluation has failed; returns the pause before it is tried again. */
  Duration failed(String line) {
    Duration pause = delays.failed(line);
    delays.pauses();
    checkpoint.set(null);
    return pause;
  }

  void ends() {
    checkpoint.set(null);
    delays.ends();
  }

  boolean isDue(UntestedCheckpoint untested) {
    return delays.isDue(untested.event());
  }

  /**
   * Sets what is known about the backlog.
   *
   * @param checkpoints number of untested checkpoints
   * @param untested true for the event of an untested checkpoint
   */
  void update(int checkpoints, Predicate<String> untested) {
    waiting.set(checkpoints);
    delays.retain(untested);
  }

  /** Sets why nothing can be evaluated; null if something can. */
  void hinderedBy(String line) {
    hindrance.set(line);
  }
}
