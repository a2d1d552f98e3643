package deepspeech.cli.chaos;

import deepspeech.cli.CommandFailedException;
import java.time.Duration;

/**
 * How a run is disturbed.
 *
 * @param disturbances how many, 1 to 1000
 * @param every the rest between two; less where the run would end before the last one
 * @param seed of the choice of targets
 * @param limit after so long a run that has not ended is given up
 */
public record ChaosSettings(int disturbances, Duration every, long seed, Duration limit) {
  public ChaosSettings {
    if (disturbances < 1 || disturbances > 1000) {
      throw new CommandFailedException(
          "--disturbances: %d given, allowed: 1 to 1000".formatted(disturbances));
    }
    if (every.isNegative() || every.isZero()) {
      throw new CommandFailedException(
          "--every: %s given, allowed: seconds above 0".formatted(every.toSeconds()));
    }
  }
}
