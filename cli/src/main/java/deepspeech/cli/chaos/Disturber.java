package deepspeech.cli.chaos;

import deepspeech.cli.stack.LocalStack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Disturbs a stack on a thread of its own, again and again, until it has done so often enough. The
 * next disturbance comes after a rest, or sooner if the run is so far that the rest of them would
 * not find a place before its end.
 */
final class Disturber {
  private static final Duration LOOK = Duration.ofMillis(100);

  private final LocalStack stack;
  private final ChaosSettings settings;
  private final DisturbancePlan plan;
  private final long steps;
  private final Consumer<String> notes;
  private final AtomicLong step = new AtomicLong();
  private final List<DisturbedProcess> done = new ArrayList<>();
  private final Thread thread = new Thread(this::disturb, "disturber");
  private RuntimeException failure;

  /**
   * Prepares to disturb a run.
   *
   * @param steps that the run will have at its end
   * @param notes takes one line for a person at a time
   */
  Disturber(LocalStack stack, ChaosSettings settings, long steps, Consumer<String> notes) {
    this.stack = stack;
    this.settings = settings;
    this.plan = new DisturbancePlan(stack.services(), settings.seed());
    this.steps = steps;
    this.notes = notes;
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Tells how many steps the run has behind it. */
  void progress(long stepsDone) {
    step.accumulateAndGet(stepsDone, Math::max);
  }

  /** What was done so far. */
  synchronized List<DisturbedProcess> done() {
    return List.copyOf(done);
  }

  /** Why it cannot go on; empty while it can. */
  synchronized Optional<String> failure() {
    return Optional.ofNullable(failure).map(RuntimeException::toString);
  }

  private void disturb() {
    try {
      for (int i = 1; i <= settings.disturbances(); i++) {
        rest(i);
        make(plan.next());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  /** Until the time of the n-th disturbance, or the step by which it has to be. */
  private void rest(int n) throws InterruptedException {
    long lastStep = steps * n / (settings.disturbances() + 1L);
    long until = System.nanoTime() + settings.every().toNanos();
    while (step.get() == 0 || (step.get() < lastStep && System.nanoTime() < until)) {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
  }

  private void make(Disturbance disturbance) throws InterruptedException {
    if (disturbance.action() == Disturbance.Action.KILL) {
      // One that is being started again is waited for.
      while (!stack.kill(disturbance.target())) {
        TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
      }
    }
    synchronized (this) {
      done.add(new DisturbedProcess(disturbance, Instant.now()));
    }
    notes.accept(
        "Disturbance %d of %d: %s%s"
            .formatted(
                done().size(),
                settings.disturbances(),
                disturbance.kind(),
                disturbance.down().isZero()
                    ? ""
                    : ", down for %d ms".formatted(disturbance.down().toMillis())));
    if (disturbance.target().equals(Disturbance.BROKER)) {
      stack.restartBroker(disturbance.down());
    } else if (disturbance.target().equals(Disturbance.STORE)) {
      stack.restartStore(disturbance.down());
    }
  }

  /** Ends it; a server that is down comes back first. */
  void end() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
