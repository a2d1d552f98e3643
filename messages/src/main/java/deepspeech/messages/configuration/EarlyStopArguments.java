package deepspeech.messages.configuration;

import java.util.Optional;

/**
 * The arguments that end a run before its last epoch if its test results do not get better.
 *
 * @param patience test results in a row that are not better than the best one, after which the run
 *     ends; 0 for never
 * @param epoch the first epoch whose result counts, from 1; empty if it is not given
 */
public record EarlyStopArguments(int patience, Optional<Integer> epoch) {
  static EarlyStopArguments of(TrainingConfiguration configuration) {
    return new EarlyStopArguments(
        (Integer) configuration.value(Argument.EARLY_STOP_PATIENCE),
        Optional.ofNullable((Integer) configuration.value(Argument.EARLY_STOP_EPOCH)));
  }

  /** Returns true if test results can end the run. */
  public boolean isOn() {
    return patience > 0;
  }

  /** The first epoch whose result counts. Earlier results only count as the best one. */
  public int firstEpoch() {
    return epoch.orElse(1);
  }
}
