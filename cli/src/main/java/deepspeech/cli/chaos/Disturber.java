package deepspeech.cli.chaos;

import deepspeech.cli.stack.LocalStack;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Disturbs a stack, on a thread of its own, until the configured number of disturbances is reached.
 * The next disturbance follows after the configured interval, or earlier if the runs are so far
 * advanced that the remaining disturbances would not fit in before their end.
 */
final class Disturber {
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

  private final LocalStack stack;
  private final ChaosSettings settings;
  private final DisturbancePlan plan;
  private final long steps;
  private final Consumer<String> notes;
  private final Map<RunId, Long> furthest = new ConcurrentHashMap<>();
  private final Map<RunId, String> trainers = new ConcurrentHashMap<>();
  private final List<DisturbedProcess> done = new ArrayList<>();
  private final Thread thread = new Thread(this::disturb, "disturber");
  private RuntimeException failure;

  /**
   * Creates a disturber that is not started.
   *
   * @param steps total number of steps of all runs
   * @param notes receives messages for the user, one line each
   */
  Disturber(LocalStack stack, ChaosSettings settings, long steps, Consumer<String> notes) {
    this.stack = stack;
    this.settings = settings;
    this.plan =
        new DisturbancePlan(
            stack.services().stream()
                .map(name -> LocalStack.isTrainer(name) ? Disturbance.TRAINER : name)
                .distinct()
                .toList(),
            settings.seed());
    this.steps = steps;
    this.notes = notes;
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Reports to the disturber how far a run has come, and at which trainer. */
  void progress(RunState state) {
    if (state.assignment().trainer() == null) {
      trainers.remove(state.run());
    } else {
      trainers.put(state.run(), state.assignment().trainer());
    }
    if (state.position() != null) {
      furthest.merge(state.run(), state.position().step(), Math::max);
    }
  }

  private long stepsDone() {
    return furthest.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The disturbances carried out so far, in order. */
  synchronized List<DisturbedProcess> done() {
    return List.copyOf(done);
  }

  /** The error that ended the disturber; empty after a normal end. */
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

  /**
   * Waits for the first step, and then until the n-th disturbance is due: after the interval, or at
   * the latest step that leaves room for the remaining disturbances.
   */
  private void rest(int n) throws InterruptedException {
    long lastStep = steps * n / (settings.disturbances() + 1L);
    long until = System.nanoTime() + settings.every().toNanos();
    while (stepsDone() == 0 || (stepsDone() < lastStep && System.nanoTime() < until)) {
      TimeUnit.NANOSECONDS.sleep(CHECK_INTERVAL.toNanos());
    }
  }

  private void make(Disturbance disturbance) throws InterruptedException {
    if (disturbance.action() == Disturbance.Action.KILL) {
      // A service that is being restarted has no process to kill; wait for it.
      while (!kill(disturbance.target())) {
        TimeUnit.NANOSECONDS.sleep(CHECK_INTERVAL.toNanos());
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

  private boolean kill(String target) {
    Optional<String> service =
        target.equals(Disturbance.TRAINER) ? trainerUnderWay() : Optional.of(target);
    return service.filter(stack.services()::contains).filter(stack::kill).isPresent();
  }

  /** A trainer that has a run: each of them in turn. */
  private Optional<String> trainerUnderWay() {
    List<String> all = trainers.values().stream().distinct().sorted().toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(done().size() % all.size()));
  }

  /** Interrupts the disturber's thread and waits until it has ended. */
  void end() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
