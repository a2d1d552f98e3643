package deepspeech.messages.configuration;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.BatchWidth;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The rules that the arguments of a configuration must keep together. */
final class ArgumentCombinations {
  private ArgumentCombinations() {}

  /**
   * Requires that the arguments go together.
   *
   * @throws InvalidMessageException naming the argument, the value and what is allowed
   */
  static void require(TrainingConfiguration configuration) {
    InvalidMessageException.require(
        configuration.minDuration() < configuration.maxDuration(),
        Argument.MIN_DURATION.argumentName(),
        configuration.minDuration(),
        "less than max_duration, which is " + configuration.maxDuration());
    Optional<String> devices = configuration.devices();
    if (devices.isPresent()) {
      InvalidMessageException.require(
          devices.get().startsWith("gpu") == configuration.useGpu(),
          Argument.DEVICES.argumentName(),
          devices.get(),
          configuration.useGpu()
              ? "GPUs, because use_gpu is True"
              : "the CPU, because use_gpu is False");
    }
    InvalidMessageException.require(
        configuration.resumeModel().isEmpty() || configuration.pretrainedModel().isEmpty(),
        Argument.PRETRAINED_MODEL.argumentName(),
        configuration.value(Argument.PRETRAINED_MODEL),
        "None if resume_model is given");
    configuration.maxBatchFrames().ifPresent(frames -> requireRoom(frames, configuration));
    requireFreezable(configuration);
    requireTests(configuration);
    requireSchedulable(configuration);
    requireOneAverage(configuration.averaging());
    requirePrecision(configuration);
  }

  private static void requirePrecision(TrainingConfiguration configuration) {
    Precision precision = configuration.precision();
    InvalidMessageException.require(
        configuration.useGpu() || precision.onCpu().isEmpty(),
        Argument.PRECISION.argumentName(),
        precision.toString(),
        "f32 or bf16, because use_gpu is False and a CPU %s; give use_gpu True to train on GPUs"
            .formatted(precision.onCpu()));
  }

  /** An average of averages would follow neither argument. */
  private static void requireOneAverage(AveragingArguments averaging) {
    InvalidMessageException.require(
        averaging.checkpoints() == 1 || averaging.emaDecay() == 0,
        Argument.AVERAGE_CHECKPOINTS.argumentName(),
        averaging.checkpoints(),
        "1, because ema_decay is " + averaging.emaDecay());
  }

  private static void requireTests(TrainingConfiguration configuration) {
    List<String> dependence = TestDependence.of(configuration);
    InvalidMessageException.require(
        dependence.isEmpty() || !configuration.testOff(),
        Argument.TEST_OFF.argumentName(),
        configuration.value(Argument.TEST_OFF),
        "False, because " + String.join(" and ", dependence));
  }

  private static void requireSchedulable(TrainingConfiguration configuration) {
    ScheduleArguments schedule = configuration.schedule();
    if (schedule.type() == ScheduleType.WARMUP_COSINE || schedule.type() == ScheduleType.PLATEAU) {
      InvalidMessageException.require(
          schedule.floor() <= schedule.learningRate(),
          Argument.LEARNING_RATE_FLOOR.argumentName(),
          schedule.floor(),
          "at most learning_rate, which is " + schedule.learningRate());
    }
    if (schedule.type() == ScheduleType.WARMUP_COSINE) {
      requireEnd(schedule, configuration.numEpoch());
    }
  }

  /** Requires that the fall does not end before it begins. */
  private static void requireEnd(ScheduleArguments schedule, int numEpoch) {
    Argument end =
        schedule.lastEpoch().isPresent() ? Argument.LEARNING_RATE_LAST_EPOCH : Argument.NUM_EPOCH;
    int last = schedule.lastEpoch().orElse(numEpoch);
    InvalidMessageException.require(
        last >= schedule.firstEpoch(),
        end.argumentName(),
        last,
        "at least learning_rate_epoch, which is %d, because learning_rate_schedule is %s"
            .formatted(schedule.firstEpoch(), schedule.type()));
  }

  private static void requireRoom(int frames, TrainingConfiguration configuration) {
    double longest = configuration.maxDuration() / BatchWidth.SLOWEST_SPEED;
    int least = BatchWidth.of(BatchWidth.frames(longest));
    InvalidMessageException.require(
        frames >= least,
        Argument.MAX_BATCH_FRAMES.argumentName(),
        frames,
        "at least %d, which an utterance of max_duration (%s s) has at speed %s; or None"
            .formatted(least, configuration.maxDuration(), BatchWidth.SLOWEST_SPEED));
  }

  private static void requireFreezable(TrainingConfiguration configuration) {
    Object given = configuration.value(Argument.FROZEN_LAYERS);
    Set<String> frozen = configuration.frozenLayers();
    List<String> layers = layers(configuration);
    for (String layer : frozen) {
      InvalidMessageException.require(
          layers.contains(layer),
          Argument.FROZEN_LAYERS.argumentName(),
          layer,
          String.join(", ", layers) + ", which are the layers of the run's model");
    }
    InvalidMessageException.require(
        !frozen.containsAll(layers),
        Argument.FROZEN_LAYERS.argumentName(),
        given,
        "not all layers, because nothing would be trained");
    InvalidMessageException.require(
        frozen.isEmpty()
            || configuration.resumeModel().isPresent()
            || configuration.pretrainedModel().isPresent(),
        Argument.FROZEN_LAYERS.argumentName(),
        given,
        "None if neither pretrained_model nor resume_model is given, because new layers are"
            + " untrained");
  }

  /** The layers of the model, from the input to the output. */
  private static List<String> layers(TrainingConfiguration configuration) {
    return Stream.of(
            IntStream.range(0, configuration.numConvLayers()).mapToObj(layer -> "conv." + layer),
            IntStream.range(0, configuration.numRnnLayers()).mapToObj(layer -> "rnn." + layer),
            Stream.of("output"))
        .flatMap(names -> names)
        .toList();
  }
}
