package deepspeech.evaluator.service;

import deepspeech.evaluator.backlog.CheckpointProgress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** What the service does just now, for health checks and metrics. Thread-safe. */
public final class EvaluationStatus {
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

  void begins(String name) {
    checkpoint.set(name);
    hindrance.set(null);
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
