package deepspeech.messages.configuration;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.TextNormalisation;
import deepspeech.messages.features.UnknownCharacters;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The configuration arguments of a run. This is the only place that decides their names, types,
 * defaults and limits. Names and defaults of the manual's "Configuration Arguments" are retained;
 * the description of every other argument says that it is new.
 */
public enum Argument {
  ACCUMULATE_BATCHES(
      ArgumentType.INTEGER,
      1,
      ArgumentLimit.range(1, 1024),
      "batches whose gradients are added up before a step of the optimiser (new)"),
  ADAM_BETA1(
      ArgumentType.NUMBER,
      0.9,
      ArgumentLimit.fromZeroBelow(1),
      "decay rate of the optimiser's first moment (new)"),
  ADAM_BETA2(
      ArgumentType.NUMBER,
      0.999,
      ArgumentLimit.fromZeroBelow(1),
      "decay rate of the optimiser's second moment (new)"),
  ADAM_EPSILON(
      ArgumentType.NUMBER,
      1e-8,
      ArgumentLimit.aboveZero(1),
      "added to the root of the optimiser's second moment (new)"),
  AUGMENT_CONF_PATH(
      ArgumentType.TEXT,
      "./conf/augmentation.json",
      "augmentation file; no augmentation if None or if the file does not exist"),
  AVERAGE_CHECKPOINTS(
      ArgumentType.INTEGER,
      1,
      ArgumentLimit.range(1, ArgumentMaximum.AVERAGE_CHECKPOINTS),
      "epochs at whose ends the weights are averaged for model.onnx of a checkpoint at the end of"
          + " an epoch; 1: no average (new)"),
  BATCH_SIZE(
      ArgumentType.INTEGER,
      32,
      ArgumentLimit.range(1, ArgumentMaximum.BATCH_SIZE),
      "utterances per batch on each device"),
  CHECKPOINT_INTERVAL(
      ArgumentType.INTEGER,
      2000,
      ArgumentLimit.range(1, ArgumentMaximum.CHECKPOINT_INTERVAL),
      "batches between checkpoints within an epoch (new)"),
  CPU_THREADS(
      ArgumentType.INTEGER,
      null,
      ArgumentLimit.range(1, 1024),
      "threads that share a step on the CPU; sums round differently with another number; None: as"
          + " many as the trainer has processors (new)"),
  DEVICES(
      ArgumentType.TEXT,
      null,
      new ArgumentLimit(
          "a list such as cpu, cpu,cpu or gpu:0,gpu:1",
          v -> ((String) v).matches("cpu(,cpu)*|gpu:\\d+(,gpu:\\d+)*")),
      "devices to train on; None: every visible GPU, or the CPU if use_gpu is False (new)"),
  DROPOUT(
      ArgumentType.NUMBER,
      0.0,
      ArgumentLimit.fromZeroBelow(1),
      "probability with which an utterance's outputs of each GRU layer are dropped in training, the"
          + " same ones in all frames; 0: none (new)"),
  EARLY_STOP_EPOCH(
      ArgumentType.INTEGER,
      null,
      ArgumentLimit.range(1, 10_000),
      "epoch from which on test results count for early_stop_patience; None: the first epoch of the"
          + " run or, if the run ended by early_stop_patience and is resumed, the first epoch after"
          + " the resume (new)"),
  EARLY_STOP_PATIENCE(
      ArgumentType.INTEGER,
      0,
      ArgumentLimit.range(0, 10_000),
      "test results in a row that are not better than the best one, after which the run ends before"
          + " num_epoch; 0: never (new)"),
  EMA_DECAY(
      ArgumentType.NUMBER,
      0.0,
      ArgumentLimit.fromZeroBelow(1),
      "decay of an exponential moving average of the weights, of which model.onnx is made; 0: no"
          + " average (new)"),
  FROZEN_LAYERS(
      ArgumentType.TEXT,
      null,
      new ArgumentLimit(
          "a list such as conv.0,rnn.0 of conv.0, conv.1, ..., rnn.0, rnn.1, ..., output",
          v -> ((String) v).matches("LAYER(,LAYER)*".replace("LAYER", ArgumentLimit.LAYER))),
      "layers that keep the values of the checkpoint that the run starts from, including their"
          + " normalisation (new)"),
  GRADIENT_CLIP(
      ArgumentType.NUMBER,
      400.0,
      ArgumentLimit.aboveZero(1_000_000_000),
      "gradients whose norm over all layers is larger are scaled down to this norm, before L2 is"
          + " added (new)"),
  LEARNING_RATE(
      ArgumentType.NUMBER,
      0.0001,
      ArgumentLimit.aboveZero(1),
      "largest learning rate, for each device; learning_rate_schedule changes it from epoch"
          + " learning_rate_epoch on"),
  LEARNING_RATE_DECAY(
      ArgumentType.NUMBER,
      0.83,
      ArgumentLimit.aboveZero(1),
      "factor of the learning rate, from one epoch to the next with learning_rate_schedule"
          + " exponential, on each plateau with plateau (new)"),
  LEARNING_RATE_EPOCH(
      ArgumentType.INTEGER,
      null,
      ArgumentLimit.range(1, 10_000),
      "epoch in which the schedule of learning_rate begins; None: the first epoch of the run or, if"
          + " resume_model is given with a new learning_rate or learning_rate_schedule, the first"
          + " epoch after the resume (new)"),
  LEARNING_RATE_FLOOR(
      ArgumentType.NUMBER,
      1e-6,
      ArgumentLimit.aboveZero(1),
      "learning rate, for each device, to which learning_rate_schedule warmup_cosine and plateau"
          + " fall (new)"),
  LEARNING_RATE_LAST_EPOCH(
      ArgumentType.INTEGER,
      null,
      ArgumentLimit.range(1, 10_000),
      "epoch at whose end learning_rate_schedule warmup_cosine reaches learning_rate_floor; None:"
          + " num_epoch of the command that gives learning_rate or learning_rate_schedule (new)"),
  LEARNING_RATE_SCHEDULE(
      ArgumentType.TEXT,
      ScheduleType.EXPONENTIAL.toString(),
      ArgumentLimit.oneOf((Object[]) ScheduleType.values()),
      "change of the learning rate: times learning_rate_decay each epoch, none, a rise in"
          + " warmup_steps and half a cosine down to learning_rate_floor, a rise in warmup_steps"
          + " and a fall by the inverse square root of the steps, or times learning_rate_decay when"
          + " the test CER does not improve (new)"),
  LOG_INTERVAL(
      ArgumentType.INTEGER,
      100,
      ArgumentLimit.range(1, 1_000_000_000),
      "batches between two progress lines (new)"),
  MAX_BATCH_FRAMES(
      ArgumentType.INTEGER,
      null,
      ArgumentLimit.range(1, 100_000_000),
      "feature frames per batch on each device, including padding; replaces batch_size in training;"
          + " None: batch_size utterances (new)"),
  MAX_DURATION(
      ArgumentType.NUMBER,
      20.0,
      ArgumentLimit.aboveZero(30),
      "seconds; training skips longer utterances"),
  MAX_TEST_DURATION(
      ArgumentType.NUMBER,
      60.0,
      ArgumentLimit.aboveZero(60),
      "seconds; tests skip longer utterances (new)"),
  MEAN_STD_PATH(
      ArgumentType.TEXT, "./dataset/mean_std.npz", "mean and standard deviation of the features"),
  MIN_DURATION(
      ArgumentType.NUMBER,
      0.0,
      ArgumentLimit.fromZeroBelow(30),
      "seconds; training skips shorter utterances"),
  NORM_BY_TIMES(
      ArgumentType.FLAG,
      false,
      "divide the gradient of each utterance's loss by the frames of its output, as the manual's"
          + " program does (new)"),
  NUM_CONV_LAYERS(ArgumentType.INTEGER, 2, ArgumentLimit.range(1, 3), "convolution layers"),
  NUM_EPOCH(ArgumentType.INTEGER, 50, ArgumentLimit.range(1, 10_000), "epochs to train"),
  NUM_RNN_LAYERS(
      ArgumentType.INTEGER,
      3,
      ArgumentLimit.range(1, ArgumentMaximum.NUM_RNN_LAYERS),
      "bidirectional GRU layers"),
  OUTPUT_MODEL_DIR(
      ArgumentType.TEXT,
      "./models/param",
      "shown as in the manual, without effect; checkpoints always go to the store, under"
          + " runs/<run>/checkpoints"),
  PLATEAU_PATIENCE(
      ArgumentType.INTEGER,
      2,
      ArgumentLimit.range(0, 10_000),
      "epochs in a row whose test CER need not be better than the best one, before"
          + " learning_rate_schedule plateau multiplies the learning rate by learning_rate_decay"
          + " (new)"),
  PRECISION(
      ArgumentType.TEXT,
      Precision.F32.toString(),
      ArgumentLimit.oneOf((Object[]) Precision.values()),
      "precision of matrix products in training; tf32 and f16 on GPUs only (new)"),
  PRETRAINED_MODEL(
      ArgumentType.TEXT,
      null,
      ArgumentLimit.MODEL_REFERENCE,
      "checkpoint whose weights the run starts from, with a new optimiser; another vocabulary keeps"
          + " the weights of the shared tokens"),
  RESUME_MODEL(
      ArgumentType.TEXT,
      null,
      ArgumentLimit.MODEL_REFERENCE,
      "checkpoint to resume from, with optimiser and position"),
  RNN_LAYER_SIZE(
      ArgumentType.INTEGER,
      1024,
      ArgumentLimit.range(1, ArgumentMaximum.RNN_LAYER_SIZE),
      "units of a GRU layer in each direction"),
  SEED(
      ArgumentType.INTEGER,
      0,
      ArgumentLimit.range(0, Integer.MAX_VALUE),
      "seed of initial weights, shuffling, augmentation and dropout (new)"),
  SHUFFLE_METHOD(
      ArgumentType.TEXT,
      "batch_shuffle_clipped",
      ArgumentLimit.oneOf("instance_shuffle", "batch_shuffle", "batch_shuffle_clipped"),
      "order of the utterances after the first epoch"),
  SYNCHRONISED_STATISTICS(
      ArgumentType.FLAG,
      false,
      "batch normalisation over the utterances of all devices in place of those of each (new)"),
  TEST_MANIFEST(ArgumentType.TEXT, "./dataset/manifest.test", "manifest of the test utterances"),
  TEST_OFF(ArgumentType.FLAG, false, "do not test the checkpoints"),
  TEXT_NORMALISATION(
      ArgumentType.TEXT,
      TextNormalisation.KEEP.toString(),
      ArgumentLimit.oneOf((Object[]) TextNormalisation.values()),
      "normalisation of a text before its characters are looked up (new)"),
  TRAIN_MANIFEST(
      ArgumentType.TEXT, "./dataset/manifest.train", "manifest of the training utterances"),
  UNKNOWN_CHARACTERS(
      ArgumentType.TEXT,
      UnknownCharacters.DROP_CHARACTER.toString(),
      ArgumentLimit.oneOf((Object[]) UnknownCharacters.values()),
      "treatment of a training text with characters outside the vocabulary (new)"),
  USE_GPU(ArgumentType.FLAG, true, "train on GPUs"),
  VOCAB_PATH(ArgumentType.TEXT, "./dataset/zh_vocab.txt", "vocabulary, one token per line"),
  WARMUP_STEPS(
      ArgumentType.INTEGER,
      4000,
      ArgumentLimit.range(1, 1_000_000_000),
      "steps in which the learning rate rises linearly to learning_rate with"
          + " learning_rate_schedule warmup_cosine or noam (new)"),
  WEIGHT_DECAY(
      ArgumentType.NUMBER,
      0.0005,
      new ArgumentLimit("a number from 0 to 1", v -> (Double) v >= 0 && (Double) v <= 1),
      "L2: this times a weight is added to the gradient of the weight (new)");

  private final ArgumentType type;
  private final Object defaultValue;
  private final ArgumentLimit limit;
  private final String description;

  Argument(ArgumentType type, Object defaultValue, String description) {
    this(type, defaultValue, ArgumentLimit.NOT_BLANK, description);
  }

  Argument(ArgumentType type, Object defaultValue, ArgumentLimit limit, String description) {
    this.type = type;
    this.defaultValue = defaultValue;
    this.limit = type == ArgumentType.FLAG ? ArgumentLimit.FLAG : limit;
    this.description = description;
  }

  /** The argument of that name; empty if no argument has it. */
  public static Optional<Argument> named(String name) {
    return Arrays.stream(values()).filter(a -> a.argumentName().equals(name)).findFirst();
  }

  /** All arguments in alphabetical order, as the manual lists them. */
  public static List<Argument> alphabetical() {
    return Arrays.stream(values()).sorted(Comparator.comparing(Argument::argumentName)).toList();
  }

  public String argumentName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The default value; null for the manual's {@code None}. */
  public Object defaultValue() {
    return defaultValue;
  }

  public String description() {
    return description;
  }

  /** The allowed values, in words. */
  public String allowed() {
    return limit.words() + (optional() ? ", or None" : "");
  }

  public boolean isFlag() {
    return type == ArgumentType.FLAG;
  }

  /** {@code text}, {@code integer}, {@code number} or {@code flag}. */
  public String typeName() {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** The allowed values if they are a fixed list of texts; empty otherwise. */
  public List<String> choices() {
    return limit.choices();
  }

  /** True if the value may be {@code None}. */
  public boolean optional() {
    return defaultValue == null || this == AUGMENT_CONF_PATH;
  }

  /** True if messages and checkpoints have the argument with that value. */
  boolean isWritten(Object value) {
    return !LaterArguments.contain(this) || !Objects.equals(value, defaultValue);
  }

  /**
   * Converts a value from JSON or a command line to this argument's type. Numbers and flags may be
   * texts. {@code None} or {@code null} means no value.
   *
   * @return an Integer, Double, Boolean, String or, if the argument is optional, null
   * @throws InvalidMessageException if the value has another type or is outside the limits
   */
  Object parse(Object value) {
    if (value == null || "None".equals(value) || "null".equals(value)) {
      InvalidMessageException.require(optional(), argumentName(), value, allowed());
      return null;
    }
    Object typed = type.of(value);
    limit.require(argumentName(), value, typed, allowed());
    return typed;
  }
}
