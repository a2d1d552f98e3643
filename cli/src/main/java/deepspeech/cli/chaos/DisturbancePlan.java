package deepspeech.cli.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Chooses disturbances: of each three, two kill a service chosen by chance, and the third restarts
 * the broker or, the next time, the store. Equal seeds choose equally.
 */
final class DisturbancePlan {
  private static final long SHORTEST_MILLIS = 1000;
  private static final long LONGEST_MILLIS = 4000;

  private final List<String> services;
  private final Random random;
  private int chosen;

  /**
   * Chooses among services.
   *
   * @param services names, one or more
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
