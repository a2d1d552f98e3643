package deepspeech.messages.configuration;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.Split;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A value for every {@link Argument}. In JSON it is an object by argument name, in which absent
 * arguments have their defaults.
 *
 * <p>A configuration in a state that a newer version has written may have arguments that are
 * unknown here. They are kept as they are, so that this version can show the state and write it
 * again; it must neither train nor test by such a configuration ({@link #requireKnown}).
 */
@JsonDeserialize(using = ConfigurationDeserializer.class)
public final class TrainingConfiguration {
  private final Map<Argument, Object> values;

  /** By name, in alphabetical order. */
  private final Map<String, Object> unknown;

  private TrainingConfiguration(Map<Argument, Object> values, Map<String, Object> unknown) {
    this.values = values;
    this.unknown = Collections.unmodifiableMap(unknown);
    ArgumentCombinations.require(this);
  }

  /** The manual's defaults. */
  public static TrainingConfiguration defaults() {
    Map<Argument, Object> values = new EnumMap<>(Argument.class);
    for (Argument argument : Argument.values()) {
      values.put(argument, argument.defaultValue());
    }
    return new TrainingConfiguration(values, Map.of());
  }

  /**
   * The defaults, overridden by the given values.
   *
   * @throws InvalidMessageException naming the argument, the value and what is allowed
   */
  public static TrainingConfiguration of(Map<String, Object> given) {
    return defaults().with(given);
  }

  /**
   * A configuration that another version may have written: the defaults, overridden by the given
   * values, among which unknown arguments are kept.
   *
   * @throws InvalidMessageException if the value of a known argument is not allowed
   */
  static TrainingConfiguration ofRecorded(Map<String, Object> given) {
    Map<String, Object> known = new LinkedHashMap<>();
    Map<String, Object> unknown = new TreeMap<>();
    given.forEach(
        (name, value) -> (Argument.named(name).isPresent() ? known : unknown).put(name, value));
    return new TrainingConfiguration(of(known).values, unknown);
  }

  /**
   * This configuration with the given values for some arguments.
   *
   * @throws InvalidMessageException naming the argument, the value and what is allowed
   */
  public TrainingConfiguration with(Map<String, ?> given) {
    Map<Argument, Object> changed = new EnumMap<>(values);
    given.forEach(
        (name, value) -> {
          Argument argument = argument(name);
          changed.put(argument, argument.parse(value));
        });
    return new TrainingConfiguration(changed, unknown);
  }

  /**
   * Checks each argument on its own, for values that are later merged into a configuration that is
   * not known here.
   *
   * @throws InvalidMessageException naming the argument, the value and what is allowed
   */
  public static void check(Map<String, ?> given) {
    given.forEach((name, value) -> argument(name).parse(value));
  }

  private static Argument argument(String name) {
    return Argument.named(name)
        .orElseThrow(
            () ->
                new InvalidMessageException(
                    name
                        + ": unknown configuration name, allowed: "
                        + String.join(
                            ", ",
                            Argument.alphabetical().stream()
                                .map(Argument::argumentName)
                                .toList())));
  }

  /** Names of the arguments of a newer version, in alphabetical order. */
  public Set<String> unknownArguments() {
    return unknown.keySet();
  }

  /**
   * Requires that there is no unknown argument. It may change what is trained or tested.
   *
   * @throws InvalidMessageException naming the unknown arguments and this version
   */
  public void requireKnown() {
    if (!unknown.isEmpty()) {
      throw new InvalidMessageException(
          "configuration: %s: not known to version %s; use the version that has written it, or a newer one"
              .formatted(String.join(", ", unknown.keySet()), CodeVersion.ofBuild().version()));
    }
  }

  /**
   * Values as messages and checkpoints have them, those of unknown arguments included, in
   * alphabetical order.
   */
  @JsonValue
  Map<String, Object> inJson() {
    Map<String, Object> all = written();
    all.putAll(unknown);
    return all;
  }

  /** Values of the known arguments by name, without added ones that have their default. */
  public Map<String, Object> written() {
    Map<String, Object> written = new TreeMap<>(asMap());
    values.forEach(
        (argument, value) -> {
          if (!argument.isWritten(value)) {
            written.remove(argument.argumentName());
          }
        });
    return written;
  }

  /** All values by name, those of unknown arguments included, in alphabetical order. */
  public Map<String, Object> withUnknown() {
    Map<String, Object> all = new TreeMap<>(asMap());
    all.putAll(unknown);
    return all;
  }

  /** Values of the known arguments by name, in alphabetical order; {@code None} is null. */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    for (Argument argument : Argument.alphabetical()) {
      map.put(argument.argumentName(), values.get(argument));
    }
    return map;
  }

  /**
   * The data specification of a split.
   *
   * @param devices number of training devices, each with a batch of {@code batch_size} of the
   *     global batch; ignored for tests
   */
  public DataSpecification data(Split split, int devices) {
    return DataArguments.specification(this, split, devices);
  }

  /** The value of any argument; null for {@code None}. */
  Object value(Argument argument) {
    return values.get(argument);
  }

  /** Number of batches in a row whose gradients are added up for one optimiser step, from 1. */
  public int accumulateBatches() {
    return (Integer) values.get(Argument.ACCUMULATE_BATCHES);
  }

  public AveragingArguments averaging() {
    return AveragingArguments.of(this);
  }

  public int batchSize() {
    return (Integer) values.get(Argument.BATCH_SIZE);
  }

  public int checkpointInterval() {
    return (Integer) values.get(Argument.CHECKPOINT_INTERVAL);
  }

  /** Number of threads that share a step on the CPU, from 1; empty for the number of processors. */
  public Optional<Integer> cpuThreads() {
    return Optional.ofNullable((Integer) values.get(Argument.CPU_THREADS));
  }

  public Optional<String> devices() {
    return Optional.ofNullable(text(Argument.DEVICES));
  }

  /** Probability with which outputs of GRU layers are dropped in training, from 0, below 1. */
  public double dropout() {
    return (Double) values.get(Argument.DROPOUT);
  }

  public EarlyStopArguments earlyStop() {
    return EarlyStopArguments.of(this);
  }

  /** The layers that are not trained, as the prefixes of their parameters' names. */
  public Set<String> frozenLayers() {
    return Optional.ofNullable(text(Argument.FROZEN_LAYERS)).stream()
        .flatMap(list -> Arrays.stream(list.split(",")))
        .map(String::strip)
        .collect(Collectors.toUnmodifiableSet());
  }

  public double learningRate() {
    return (Double) values.get(Argument.LEARNING_RATE);
  }

  /**
   * The epoch in which {@link #learningRate()} applies unchanged, from 1; empty if it is not given.
   */
  public Optional<Integer> learningRateEpoch() {
    return Optional.ofNullable((Integer) values.get(Argument.LEARNING_RATE_EPOCH));
  }

  public int logInterval() {
    return (Integer) values.get(Argument.LOG_INTERVAL);
  }

  public Optional<Integer> maxBatchFrames() {
    return Optional.ofNullable((Integer) values.get(Argument.MAX_BATCH_FRAMES));
  }

  public double maxDuration() {
    return (Double) values.get(Argument.MAX_DURATION);
  }

  public double minDuration() {
    return (Double) values.get(Argument.MIN_DURATION);
  }

  /** Whether the gradient of each utterance's loss is divided by its output frames. */
  public boolean normByTimes() {
    return (Boolean) values.get(Argument.NORM_BY_TIMES);
  }

  public int numConvLayers() {
    return (Integer) values.get(Argument.NUM_CONV_LAYERS);
  }

  public int numEpoch() {
    return (Integer) values.get(Argument.NUM_EPOCH);
  }

  public int numRnnLayers() {
    return (Integer) values.get(Argument.NUM_RNN_LAYERS);
  }

  public OptimizerArguments optimizer() {
    return OptimizerArguments.of(this);
  }

  public Precision precision() {
    return Precision.named(text(Argument.PRECISION));
  }

  public int rnnLayerSize() {
    return (Integer) values.get(Argument.RNN_LAYER_SIZE);
  }

  public Optional<ModelReference> pretrainedModel() {
    return reference(Argument.PRETRAINED_MODEL);
  }

  public Optional<ModelReference> resumeModel() {
    return reference(Argument.RESUME_MODEL);
  }

  public ScheduleArguments schedule() {
    return ScheduleArguments.of(this);
  }

  public int seed() {
    return (Integer) values.get(Argument.SEED);
  }

  public String trainManifest() {
    return text(Argument.TRAIN_MANIFEST);
  }

  /** Whether batch normalisation has the statistics of the utterances of all devices. */
  public boolean synchronisedStatistics() {
    return (Boolean) values.get(Argument.SYNCHRONISED_STATISTICS);
  }

  public String testManifest() {
    return text(Argument.TEST_MANIFEST);
  }

  public boolean testOff() {
    return (Boolean) values.get(Argument.TEST_OFF);
  }

  public boolean useGpu() {
    return (Boolean) values.get(Argument.USE_GPU);
  }

  private String text(Argument argument) {
    return (String) values.get(argument);
  }

  private Optional<ModelReference> reference(Argument argument) {
    return Optional.ofNullable(text(argument))
        .map(text -> ModelReference.parse(argument.argumentName(), text));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrainingConfiguration that
        && values.equals(that.values)
        && unknown.equals(that.unknown);
  }

  @Override
  public int hashCode() {
    return Objects.hash(values, unknown);
  }

  @Override
  public String toString() {
    return withUnknown().toString();
  }
}
