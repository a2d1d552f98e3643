package deepspeech.trainer.checkpoint;

import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.EarlyStopArguments;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.RunState;
import deepspeech.trainer.training.TrainingState;
import java.util.HashMap;
import java.util.Map;

/**
 * States whether a run that resumes from a checkpoint counts its test results for {@code
 * early_stop_patience} anew.
 */
public enum EarlyStopCount {
  /**
   * The run ended early. The count begins anew with the first epoch that is trained from the
   * checkpoint, because it would end the run again at once. The best result stays.
   */
  ANEW,
  /**
   * The count continues as it did in the run. If the run resumes before the epoch from which it
   * counts, it counts from the checkpoint's one.
   */
  AS_BEFORE,
  /**
   * The epoch of the configuration applies, because the command gives it or because the run is new.
   */
  NONE;

  /**
   * What a resume brings.
   *
   * @param state the state of the run before it
   * @param given the configuration arguments of the command
   */
  static EarlyStopCount of(RunState state, Map<String, ?> given) {
    if (given.containsKey(Argument.EARLY_STOP_EPOCH.argumentName())) {
      return NONE;
    }
    return state.endedEarly() ? ANEW : AS_BEFORE;
  }

  /** Completes the configuration of a run that resumes from a checkpoint. */
  TrainingConfiguration applyTo(TrainingConfiguration configuration, TrainingState checkpoint) {
    EarlyStopArguments arguments = configuration.earlyStop();
    int nextEpoch = checkpoint.nextEpoch();
    if (this == ANEW && arguments.isOn()) {
      return countingFrom(nextEpoch, configuration);
    }
    return this == AS_BEFORE && arguments.firstEpoch() > nextEpoch
        ? countingFrom(checkpoint.configuration().earlyStop().epoch().orElse(null), configuration)
        : configuration;
  }

  private static TrainingConfiguration countingFrom(
      Integer epoch, TrainingConfiguration configuration) {
    Map<String, Object> changed = new HashMap<>();
    changed.put(Argument.EARLY_STOP_EPOCH.argumentName(), epoch);
    return configuration.with(changed);
  }
}
