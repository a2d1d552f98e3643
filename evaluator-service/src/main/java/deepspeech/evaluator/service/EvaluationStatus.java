package deepspeech.evaluator.service;

import deepspeech.evaluator.backlog.CheckpointProgress;
import deepspeech.evaluator.testset.WaitingObserver;
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

  @Override
  public void waiting(String line) {
    hinderedBy(line);
    LOG.info("{}", line);
  }

  @Override
  public void arrived() {
    hindrance.set(null);
  }

  void begins(String name) {
    checkpoint.set(name);
  }

  void hinderedBy(String line) {
    hindrance.set(line);
  }

  void ends() {
    checkpoint.set(null);
    hindrance.set(null);
  }

  void update(CheckpointProgress progress) throws InterruptedException {
    waiting.set(progress.now().waiting());
  }
}
