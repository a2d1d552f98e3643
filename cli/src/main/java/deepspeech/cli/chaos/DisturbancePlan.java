package deepspeech.cli.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Chooses disturbances. Two of every three kill a randomly chosen service. The third restarts the
 * broker and the store alternately, the broker first. Equal seeds give the same sequence.
 */
final class DisturbancePlan {
  private static final long SHORTEST_MILLIS = 1000;
  private static final long LONGEST_MILLIS = 4000;

  private final List<String> services;
  private final Random random;
  private int chosen;

  /**
   * Creates a plan.
   *
   * @param services names of the services, at least one
   */
  DisturbancePlan(List<String> services, long seed) {
    this.services = List.copyOf(services);
    this.random = new Random(seed);
  }

  Disturbance next() {
    chosen++;
    if (chosen % 3 != 0) {
      return Disturbance.kill(services.get(random.nextInt(services.size())));
    }
    String server = chosen % 6 == 3 ? Disturbance.BROKER : Disturbance.STORE;
    return Disturbance.restart(
        server, Duration.ofMillis(random.nextLong(SHORTEST_MILLIS, LONGEST_MILLIS + 1)));
  }
}
