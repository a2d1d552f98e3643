package deepspeech.cli.chaos;

import deepspeech.cli.failure.CommandFailedException;
import java.time.Duration;

/**
 * How runs are disturbed.
 *
 * @param runs number of runs that are queued at once, 1 to 100
 * @param disturbances number of disturbances, 1 to 1000
 * @param every interval between two disturbances, above 0; it is shortened if the run would
 *     otherwise end before the last disturbance
 * @param seed seed of the random choice of targets and outage lengths
 * @param limit maximum duration of the undisturbed run, and of all disturbed runs together; a run
 *     that has not ended by then is given up
 */
public record ChaosSettings(int runs, int disturbances, Duration every, long seed, Duration limit) {
  public ChaosSettings {
    require("--runs", runs, 100);
    require("--disturbances", disturbances, 1000);
    if (every.isNegative() || every.isZero()) {
      throw new CommandFailedException(
          "--every: %s given, allowed: seconds above 0".formatted(every.toSeconds()));
    }
  }

  private static void require(String option, int given, int most) {
    if (given < 1 || given > most) {
      throw new CommandFailedException(
          "%s: %d given, allowed: 1 to %d".formatted(option, given, most));
    }
  }
}
