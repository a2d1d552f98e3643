package deepspeech.evaluator.service;

import deepspeech.evaluator.backlog.CheckpointProgress;
import deepspeech.evaluator.testset.WaitingObserver;
import deepspeech.messages.checkpoint.CheckpointPublished;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the service does just now, for health checks and metrics. Thread-safe. */
public final class EvaluationStatus implements WaitingObserver {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationStatus.class);

  private final AtomicReference<String> checkpoint = new AtomicReference<>();
  private final AtomicReference<String> hindrance = new AtomicReference<>();
  private final AtomicLong waiting = new AtomicLong();
  private final DelayedTests delays;

  EvaluationStatus(DelayedTests delays) {
    this.delays = delays;
  }

  /** The checkpoint under evaluation, as {@code run/checkpoint}; empty if there is none. */
  public Optional<String> checkpoint() {
    return Optional.ofNullable(checkpoint.get());
  }

  /** Why the evaluation does not get on, in a line; empty if it does. */
  public Optional<String> hindrance() {
    return Optional.ofNullable(hindrance.get());
  }

  /** Checkpoints that wait for their evaluation, the one under evaluation among them. */
  public long waiting() {
    return waiting.get();
  }

  /** How long the test has not got on, in seconds; 0 if it does. */
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

  void begins(String eventId, CheckpointPublished published) {
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

  void update(CheckpointProgress progress) throws InterruptedException {
    waiting.set(progress.now().waiting());
  }
}
