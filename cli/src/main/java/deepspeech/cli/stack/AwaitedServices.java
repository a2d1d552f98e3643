package deepspeech.cli.stack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The services of a stack that starts, until they are ready. */
final class AwaitedServices {
  /** A wait is announced each time that it has lasted so long. */
  private static final Duration ANNOUNCED_EVERY = Duration.ofSeconds(10);

  private final List<ServiceInstance> waiting;
  private final Check check;
  private final Consumer<String> announcements;
  private final LongSupplier nanoTime;
  private final long begin;
  private int announced;

  /** Whether a service is ready. */
  interface Check {
    boolean holds(String healthUrl) throws InterruptedException;
  }

  /**
   * Begins to wait.
   *
   * @param announcements receives a line for the user from time to time
   * @param nanoTime {@link System#nanoTime()}
   */
  AwaitedServices(
      List<ServiceInstance> instances,
      Check check,
      Consumer<String> announcements,
      LongSupplier nanoTime) {
    this.waiting = new ArrayList<>(instances);
    this.check = check;
    this.announcements = announcements;
    this.nanoTime = nanoTime;
    this.begin = nanoTime.getAsLong();
  }

  /** Checks the services that were not ready yet. Returns true if all are ready now. */
  boolean areReady() throws InterruptedException {
    for (ServiceInstance instance : List.copyOf(waiting)) {
      if (check.holds(instance.healthUrl())) {
        waiting.remove(instance);
      }
    }
    if (waiting.isEmpty()) {
      return true;
    }
    int due = (int) (waited().toNanos() / ANNOUNCED_EVERY.toNanos());
    if (due > announced) {
      announced = due;
      announcements.accept(
          "Waiting for %s (%d s so far)".formatted(names(waiting), waited().toSeconds()));
    }
    return false;
  }

  /** The first service that is not ready. */
  ServiceInstance first() {
    return waiting.get(0);
  }

  Duration waited() {
    return Duration.ofNanos(nanoTime.getAsLong() - begin);
  }

  /** The names of services, in one line. */
  static String names(List<ServiceInstance> instances) {
    return String.join(", ", instances.stream().map(ServiceInstance::name).toList());
  }
}
