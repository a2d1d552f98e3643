package deepspeech.messages.configuration;

import java.util.Locale;
import java.util.Optional;

/**
 * The arguments of the learning rate and its schedule. A schedule does not use all of them.
 *
 * @param learningRate the largest learning rate, for one device, above 0
 * @param firstEpoch the epoch in which the schedule begins, from 1
 * @param lastEpoch the epoch at whose end {@code warmup_cosine} reaches the floor; empty for the
 *     last one of the run
 * @param decay factor from one epoch to the next of {@code exponential}, and of each reduction of
 *     {@code plateau}; above 0, at most 1
 * @param floor the smallest learning rate of {@code warmup_cosine} and {@code plateau}, for one
 *     device, above 0
 * @param warmupSteps steps in which {@code warmup_cosine} and {@code noam} rise to the learning
 *     rate, from 1
 * @param plateauPatience test results in a row that need not be better before {@code plateau}
 *     reduces the learning rate, from 0
 */
public record ScheduleArguments(
    ScheduleType type,
    double learningRate,
    int firstEpoch,
    Optional<Integer> lastEpoch,
    double decay,
    double floor,
    int warmupSteps,
    int plateauPatience) {
  static ScheduleArguments of(TrainingConfiguration configuration) {
    String type = (String) configuration.value(Argument.LEARNING_RATE_SCHEDULE);
    return new ScheduleArguments(
        ScheduleType.valueOf(type.toUpperCase(Locale.ROOT)),
        configuration.learningRate(),
        configuration.learningRateEpoch().orElse(1),
        Optional.ofNullable((Integer) configuration.value(Argument.LEARNING_RATE_LAST_EPOCH)),
        (Double) configuration.value(Argument.LEARNING_RATE_DECAY),
        (Double) configuration.value(Argument.LEARNING_RATE_FLOOR),
        (Integer) configuration.value(Argument.WARMUP_STEPS),
        (Integer) configuration.value(Argument.PLATEAU_PATIENCE));
  }
}
