package deepspeech.trainer.checkpoint;

import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.trainer.training.TrainingState;
import java.util.HashMap;
import java.util.Map;

/** States whether a run that resumes from a checkpoint brings its own learning rate. */
public enum NewLearningRate {
  /**
   * The learning rate is given. It applies from the first epoch that is trained from the
   * checkpoint.
   */
  GIVEN,
  /**
   * A learning rate that differs from the checkpoint's applies from the first epoch that is trained
   * from the checkpoint.
   */
  IF_OTHER,
  /**
   * The learning rate continues to decay as it did in the run. If the run resumes before the epoch
   * from which its learning rate applies, it uses the checkpoint's learning rate and the epoch from
   * which that one applies.
   */
  AS_BEFORE,
  /**
   * The learning rate of the configuration applies, because the configuration gives the epoch from
   * which it does.
   */
  NONE;

  /** Completes the configuration of a run that resumes from a checkpoint. */
  TrainingConfiguration applyTo(TrainingConfiguration configuration, TrainingState checkpoint) {
    TrainingConfiguration before = checkpoint.configuration();
    int nextEpoch = checkpoint.nextEpoch();
    Map<String, Object> changed = new HashMap<>();
    switch (this) {
      case NONE -> {
        return configuration;
      }
      case GIVEN -> changed.put(Argument.LEARNING_RATE_EPOCH.argumentName(), nextEpoch);
      case IF_OTHER -> {
        if (configuration.learningRate() != before.learningRate()) {
          changed.put(Argument.LEARNING_RATE_EPOCH.argumentName(), nextEpoch);
        } else if (before.learningRateEpoch().isPresent()) {
          changed.put(
              Argument.LEARNING_RATE_EPOCH.argumentName(), before.learningRateEpoch().get());
        }
      }
      case AS_BEFORE -> {
        if (configuration.learningRateEpoch().filter(epoch -> epoch > nextEpoch).isPresent()) {
          changed.put(Argument.LEARNING_RATE.argumentName(), before.learningRate());
          changed.put(
              Argument.LEARNING_RATE_EPOCH.argumentName(), before.learningRateEpoch().orElse(null));
        }
      }
    }
    return configuration.with(changed);
  }
}
