package deepspeech.evaluator.service;

import deepspeech.evaluator.testset.WaitingObserver;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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

  /** One-line reason why the evaluation is delayed; empty if it is not delayed. */
  public Optional<String> hindrance() {
    return Optional.ofNullable(hindrance.get());
  }

  /** Number of checkpoints that wait for their evaluation, including the one under evaluation. */
  public long waiting() {
    return waiting.get();
  }

  /** How long the test has been delayed, in seconds; 0 if it is not delayed. */
  public double hinderedSeconds() {
    return delays.seconds();
  }

  @Override
  public void waiting(String line) {
    hindrance.set(line);
    delays.waits(line);
    LOG.info("{}", line);
  }

  @Override
  public void arrived() {
    hindrance.set(null);
    delays.getsOn();
  }

  void begins(String eventId, CheckpointCommitted published) {
    checkpoint.set(published.run() + "/" + published.checkpoint());
    delays.begins(eventId, published);
  }

  void hinderedBy(String line) {
    hindrance.set(line);
    delays.failed(line);
  }

  void ends() {
    checkpoint.set(null);
    hindrance.set(null);
    delays.ends();
  }

  /** Sets the number of checkpoints that wait for their evaluation. */
  void update(int checkpoints) {
    waiting.set(checkpoints);
  }
}
