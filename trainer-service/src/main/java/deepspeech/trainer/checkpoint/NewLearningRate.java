package deepspeech.trainer.checkpoint;

import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.ScheduleArguments;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.trainer.training.TrainingState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** States whether a run that resumes from a checkpoint brings its own learning rate or schedule. */
public enum NewLearningRate {
  /**
   * The learning rate or the schedule is given. It applies from the first epoch that is trained
   * from the checkpoint.
   */
  GIVEN,
  /**
   * A learning rate or a schedule that differs from the checkpoint's applies from the first epoch
   * that is trained from the checkpoint.
   */
  IF_OTHER,
  /**
   * The schedule continues as it did in the run. If the run resumes before the epoch from which its
   * learning rate applies, it uses the checkpoint's learning rate with its schedule and the epoch
   * from which that one applies.
   */
  AS_BEFORE,
  /**
   * The learning rate of the configuration applies, because the configuration gives the epoch from
   * which it does.
   */
  NONE;

  private static final List<Argument> SCHEDULE =
      List.of(
          Argument.LEARNING_RATE,
          Argument.LEARNING_RATE_DECAY,
          Argument.LEARNING_RATE_EPOCH,
          Argument.LEARNING_RATE_FLOOR,
          Argument.LEARNING_RATE_LAST_EPOCH,
          Argument.LEARNING_RATE_SCHEDULE,
          Argument.PLATEAU_PATIENCE,
          Argument.WARMUP_STEPS);

  /**
   * What a resume brings.
   *
   * @param given the configuration arguments of the command
   */
  public static NewLearningRate of(Map<String, ?> given) {
    if (given.containsKey(Argument.LEARNING_RATE_EPOCH.argumentName())) {
      return NONE;
    }
    if (isRateOrSchedule(given)) {
      return GIVEN;
    }
    // The others change the schedule that the run has.
    return SCHEDULE.stream().map(Argument::argumentName).anyMatch(given::containsKey)
        ? NONE
        : AS_BEFORE;
  }

  /** True if a learning rate or a schedule is given, whose fall ends with the run. */
  public static boolean isRateOrSchedule(Map<String, ?> given) {
    return given.containsKey(Argument.LEARNING_RATE.argumentName())
        || given.containsKey(Argument.LEARNING_RATE_SCHEDULE.argumentName());
  }

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
        if (isOther(configuration.schedule(), before.schedule())) {
          changed.put(Argument.LEARNING_RATE_EPOCH.argumentName(), nextEpoch);
        } else {
          changed.put(
              Argument.LEARNING_RATE_EPOCH.argumentName(), before.learningRateEpoch().orElse(null));
          if (configuration.schedule().lastEpoch().isEmpty()) {
            changed.put(
                Argument.LEARNING_RATE_LAST_EPOCH.argumentName(),
                before.schedule().lastEpoch().orElse(null));
          }
        }
      }
      case AS_BEFORE -> {
        if (configuration.learningRateEpoch().filter(epoch -> epoch > nextEpoch).isPresent()) {
          Map<String, Object> values = before.asMap();
          for (Argument argument : SCHEDULE) {
            changed.put(argument.argumentName(), values.get(argument.argumentName()));
          }
        }
      }
    }
    return configuration.with(changed);
  }

  private static boolean isOther(ScheduleArguments given, ScheduleArguments before) {
    return given.learningRate() != before.learningRate() || given.type() != before.type();
  }
}
