package deepspeech.messages.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.identity.Split;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingConfigurationTest {
  private static final String MODEL =
      "latest, best or a checkpoint id such as epoch-0023 or epoch-0024-batch-002000, of another"
          + " run as <run>/<checkpoint>, of another bucket or prefix as"
          + " s3://bucket/prefix/runs/<run>/checkpoints/<checkpoint>, or None";
  private static final String DEVICES = "a list such as cpu, cpu,cpu or gpu:0,gpu:1, or None";
  private static final String LAYERS =
      "a list such as conv.0,rnn.0 of conv.0, conv.1, ..., rnn.0, rnn.1, ..., output, or None";
  private static final String RATE = "a number above 0, at most 1";
  private static final String LONGEST = "a number above 0, at most 30";
  private static final String SHORTEST = "a number from 0, below 30";
  private static final String FRAMES = "a whole number from 1 to 100000000, or None";
  private static final String UNKNOWN = "drop_character, drop_utterance or fail_run";
  private static final String DECAY = "a number from 0, below 1";
  private static final String SCHEDULE = "exponential, constant, warmup_cosine, noam or plateau";
  private static final String FLAG = "True or False";
  private static final String LARGE = "a whole number from 1 to 1000000000";
  private static final String SHUFFLE = "instance_shuffle, batch_shuffle or batch_shuffle_clipped";

  private record Refused(String argument, Object value, String line) {
    static Refused of(String argument, Object value, String shown, String allowed) {
      return new Refused(argument, value, argument + ": " + shown + " given, allowed: " + allowed);
    }

    @Override
    public String toString() {
      return argument + " " + value;
    }
  }

  static Stream<Refused> valuesOutsideTheLimits() {
    return Stream.of(
        Refused.of("accumulate_batches", 0, "0", "a whole number from 1 to 1024"),
        Refused.of("accumulate_batches", 1025, "1025", "a whole number from 1 to 1024"),
        Refused.of("accumulate_batches", null, "null", "a whole number from 1 to 1024"),
        Refused.of("adam_beta1", 1, "1", DECAY),
        Refused.of("adam_beta1", -0.1, "-0.1", DECAY),
        Refused.of("adam_beta2", 1, "1", DECAY),
        Refused.of("adam_epsilon", 0, "0", RATE),
        Refused.of("augment_conf_path", " ", "\" \"", "a path, or None"),
        Refused.of("augment_conf_path", 5, "5", "a path, or None"),
        Refused.of("average_checkpoints", 0, "0", "a whole number from 1 to 100"),
        Refused.of("average_checkpoints", 101, "101", "a whole number from 1 to 100"),
        Refused.of("batch_size", 0, "0", "a whole number from 1 to 1024"),
        Refused.of("batch_size", 1025, "1025", "a whole number from 1 to 1024"),
        Refused.of("batch_size", 1.5, "1.5", "a whole number from 1 to 1024"),
        Refused.of("batch_size", "0", "0", "a whole number from 1 to 1024"),
        Refused.of("batch_size", true, "True", "a whole number from 1 to 1024"),
        Refused.of("batch_size", "many", "\"many\"", "a whole number from 1 to 1024"),
        Refused.of("batch_size", 5_000_000_000L, "5000000000", "a whole number from 1 to 1024"),
        Refused.of("batch_size", null, "null", "a whole number from 1 to 1024"),
        Refused.of("checkpoint_interval", 0, "0", LARGE),
        Refused.of("checkpoint_interval", 1_000_000_001, "1000000001", LARGE),
        Refused.of("cpu_threads", 0, "0", "a whole number from 1 to 1024, or None"),
        Refused.of("cpu_threads", 1025, "1025", "a whole number from 1 to 1024, or None"),
        Refused.of("devices", "0", "\"0\"", DEVICES),
        Refused.of("devices", "tpu", "\"tpu\"", DEVICES),
        Refused.of("devices", "cpu,gpu:0", "\"cpu,gpu:0\"", DEVICES),
        Refused.of("dropout", 1, "1", DECAY),
        Refused.of("dropout", -0.1, "-0.1", DECAY),
        Refused.of("dropout", null, "null", DECAY),
        Refused.of("early_stop_epoch", 0, "0", "a whole number from 1 to 10000, or None"),
        Refused.of("early_stop_patience", -1, "-1", "a whole number from 0 to 10000"),
        Refused.of("early_stop_patience", "None", "\"None\"", "a whole number from 0 to 10000"),
        Refused.of("ema_decay", 1, "1", DECAY),
        Refused.of("ema_decay", -0.1, "-0.1", DECAY),
        Refused.of("ema_decay", null, "null", DECAY),
        Refused.of("frozen_layers", "conv", "\"conv\"", LAYERS),
        Refused.of("frozen_layers", "conv.0,,rnn.0", "\"conv.0,,rnn.0\"", LAYERS),
        Refused.of("frozen_layers", "conv.0.weight", "\"conv.0.weight\"", LAYERS),
        Refused.of("gradient_clip", 0, "0", "a number above 0, at most 1000000000"),
        Refused.of("gradient_clip", null, "null", "a number above 0, at most 1000000000"),
        Refused.of("learning_rate", 0, "0", RATE),
        Refused.of("learning_rate", 1.01, "1.01", RATE),
        Refused.of("learning_rate", "1.01", "1.01", RATE),
        Refused.of("learning_rate", "NaN", "\"NaN\"", RATE),
        Refused.of("learning_rate", "fast", "\"fast\"", RATE),
        Refused.of("learning_rate", List.of(), "[]", RATE),
        Refused.of("learning_rate_decay", 0, "0", RATE),
        Refused.of("learning_rate_decay", 1.01, "1.01", RATE),
        Refused.of("learning_rate_floor", 0, "0", RATE),
        Refused.of("learning_rate_last_epoch", 0, "0", "a whole number from 1 to 10000, or None"),
        Refused.of("learning_rate_schedule", "linear", "\"linear\"", SCHEDULE),
        Refused.of("learning_rate_epoch", 0, "0", "a whole number from 1 to 10000, or None"),
        Refused.of("log_interval", 0, "0", LARGE),
        Refused.of("max_batch_frames", 0, "0", FRAMES),
        Refused.of("max_duration", 0.0, "0.0", LONGEST),
        Refused.of("max_duration", 30.1, "30.1", LONGEST),
        Refused.of("max_test_duration", 0.0, "0.0", "a number above 0, at most 60"),
        Refused.of("max_test_duration", 60.1, "60.1", "a number above 0, at most 60"),
        Refused.of("mean_std_path", "", "\"\"", "a path"),
        Refused.of("mean_std_path", "None", "\"None\"", "a path"),
        Refused.of("min_duration", -0.1, "-0.1", SHORTEST),
        Refused.of("min_duration", 30, "30", SHORTEST),
        Refused.of("norm_by_times", "maybe", "\"maybe\"", FLAG),
        Refused.of("num_conv_layers", 0, "0", "a whole number from 1 to 3"),
        Refused.of("num_conv_layers", 4, "4", "a whole number from 1 to 3"),
        Refused.of("num_epoch", 0, "0", "a whole number from 1 to 10000"),
        Refused.of("num_epoch", 10_001, "10001", "a whole number from 1 to 10000"),
        Refused.of("num_rnn_layers", 0, "0", "a whole number from 1 to 12"),
        Refused.of("num_rnn_layers", 13, "13", "a whole number from 1 to 12"),
        Refused.of("output_model_dir", "", "\"\"", "a path"),
        Refused.of("plateau_patience", -1, "-1", "a whole number from 0 to 10000"),
        Refused.of("precision", "fp16", "\"fp16\"", "f32, tf32, bf16 or f16"),
        Refused.of("precision", null, "null", "f32, tf32, bf16 or f16"),
        Refused.of("pretrained_model", "23.pdparams", "\"23.pdparams\"", MODEL),
        Refused.of("pretrained_model", "A/latest", "\"A/latest\"", MODEL),
        Refused.of("pretrained_model", "s3://bucket/a/best", "\"s3://bucket/a/best\"", MODEL),
        Refused.of("resume_model", "newest", "\"newest\"", MODEL),
        Refused.of("resume_model", "epoch-23", "\"epoch-23\"", MODEL),
        Refused.of("rnn_layer_size", 0, "0", "a whole number from 1 to 8192"),
        Refused.of("rnn_layer_size", 8193, "8193", "a whole number from 1 to 8192"),
        Refused.of("seed", -1, "-1", "a whole number from 0 to 2147483647"),
        Refused.of("shuffle_method", "random", "\"random\"", SHUFFLE),
        Refused.of("synchronised_statistics", 2, "2", FLAG),
        Refused.of("test_manifest", "", "\"\"", "a path"),
        Refused.of("test_off", "maybe", "\"maybe\"", FLAG),
        Refused.of("test_off", 1, "1", FLAG),
        Refused.of("text_normalisation", "upper", "\"upper\"", "keep, mandarin or lower_case"),
        Refused.of("train_manifest", "", "\"\"", "a path"),
        Refused.of("unknown_characters", "keep", "\"keep\"", UNKNOWN),
        Refused.of("use_gpu", "yes", "\"yes\"", FLAG),
        Refused.of("vocab_path", "", "\"\"", "a path"),
        Refused.of("warmup_steps", 0, "0", LARGE),
        Refused.of("weight_decay", -1e-9, "-1.0E-9", "a number from 0 to 1"),
        Refused.of("weight_decay", 1.1, "1.1", "a number from 0 to 1"));
  }

  @ParameterizedTest
  @MethodSource("valuesOutsideTheLimits")
  void aValueOutsideTheLimitsIsRefusedWithArgumentValueAndWhatIsAllowed(Refused refused) {
    // Given
    Map<String, Object> given = new HashMap<>();
    given.put(refused.argument(), refused.value());

    // When
    var thrown = assertThatThrownBy(() -> TrainingConfiguration.of(given));

    // Then
    thrown.isInstanceOf(InvalidMessageException.class).hasMessage(refused.line());
  }

  @Test
  void noArgumentIsWithoutATestOfItsLimits() {
    // When
    Set<String> tested = new TreeSet<>();
    valuesOutsideTheLimits().forEach(refused -> tested.add(refused.argument()));

    // Then
    assertThat(tested)
        .containsExactlyElementsOf(
            Argument.alphabetical().stream().map(Argument::argumentName).toList());
  }

  @ParameterizedTest
  @EnumSource(Argument.class)
  void everyDefaultIsAllowedAndDescribed(Argument argument) {
    // Given
    Map<String, Object> given = new HashMap<>();
    given.put(argument.argumentName(), argument.defaultValue());

    // When
    TrainingConfiguration configuration = TrainingConfiguration.of(given);

    // Then
    assertThat(configuration).isEqualTo(TrainingConfiguration.defaults());
    assertThat(argument.description()).isNotBlank();
    assertThat(argument.allowed()).isNotBlank();
    assertThat(Argument.named(argument.argumentName())).contains(argument);
  }

  @ParameterizedTest
  @CsvSource({
    "adam_beta1, 0",
    "adam_epsilon, 1",
    "average_checkpoints, 1",
    "average_checkpoints, 100",
    "batch_size, 1",
    "batch_size, 1024",
    "dropout, 0",
    "dropout, 0.9",
    "ema_decay, 0",
    "ema_decay, 0.9999",
    "gradient_clip, 1e9",
    "learning_rate, 1",
    "learning_rate, 1e-9",
    "max_duration, 30",
    "max_test_duration, 60",
    "num_conv_layers, 3",
    "seed, 2147483647",
    "devices, None",
    "max_batch_frames, None",
    "text_normalisation, mandarin",
    "unknown_characters, fail_run",
    "precision, tf32",
    "precision, bf16",
    "precision, f16",
    "resume_model, latest",
    "resume_model, best",
    "resume_model, epoch-0023",
    "resume_model, epoch-0024-batch-002000",
    "resume_model, other-run/epoch-0050",
    "pretrained_model, other-run/best",
    "resume_model, s3://other/team/runs/a/checkpoints/epoch-0001",
    "learning_rate_decay, 1",
    "learning_rate_epoch, None",
    "learning_rate_last_epoch, None",
    "learning_rate_schedule, noam",
    "frozen_layers, None",
    "use_gpu, TRUE",
    "test_off, False",
    "weight_decay, 0"
  })
  void theEdgesOfTheLimitsAreTakenAlsoAsText(String argument, String value) {
    // When
    TrainingConfiguration configuration = TrainingConfiguration.of(Map.of(argument, value));

    // Then
    Object taken = configuration.asMap().get(argument);
    if (taken instanceof Double number) {
      assertThat(number).isEqualTo(Double.parseDouble(value));
    } else {
      assertThat(String.valueOf(taken)).isEqualToIgnoringCase(value.replace("None", "null"));
    }
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    // When
    var thrown = assertThatThrownBy(() -> TrainingConfiguration.of(Map.of("batchsize", 3)));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .message()
        .startsWith(
            "batchsize: unknown configuration name, allowed: accumulate_batches, adam_beta1,"
                + " adam_beta2")
        .endsWith("use_gpu, vocab_path, warmup_steps, weight_decay")
        .hasLineCount(1);
  }

  @Test
  void argumentsThatContradictEachOtherAreRefused() {
    // Given
    TrainingConfiguration defaults = TrainingConfiguration.defaults();

    // When
    var durations = assertThatThrownBy(() -> defaults.with(Map.of("min_duration", 20)));
    var cpu = assertThatThrownBy(() -> defaults.with(Map.of("devices", "cpu")));
    var gpu = assertThatThrownBy(() -> defaults.with(Map.of("devices", "gpu:0", "use_gpu", false)));
    var both =
        assertThatThrownBy(
            () -> defaults.with(Map.of("resume_model", "latest", "pretrained_model", "a/best")));
    var averages =
        assertThatThrownBy(
            () -> defaults.with(Map.of("ema_decay", 0.999, "average_checkpoints", 3)));

    // Then
    durations.hasMessage(
        "min_duration: 20.0 given, allowed: less than max_duration, which is 20.0");
    cpu.hasMessage("devices: \"cpu\" given, allowed: GPUs, because use_gpu is True");
    gpu.hasMessage("devices: \"gpu:0\" given, allowed: the CPU, because use_gpu is False");
    both.hasMessage("pretrained_model: \"a/best\" given, allowed: None if resume_model is given");
    averages.hasMessage("average_checkpoints: 3 given, allowed: 1, because ema_decay is 0.999");
  }

  @ParameterizedTest
  @CsvSource({"tf32,computes tf32 as f32", "f16,took 17 to 40 times as long with f16 as with f32"})
  void aPrecisionThatGainsNothingOnACpuIsRefusedThere(String precision, String reason) {
    // Given
    TrainingConfiguration cpu = TrainingConfiguration.of(Map.of("use_gpu", false));

    // When
    var refused = assertThatThrownBy(() -> cpu.with(Map.of("precision", precision)));
    TrainingConfiguration gpu = cpu.with(Map.of("precision", precision, "use_gpu", true));
    TrainingConfiguration other = cpu.with(Map.of("precision", "bf16"));

    // Then
    refused
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "precision: \"%s\" given, allowed: f32 or bf16, because use_gpu is False and a CPU %s;"
                + " give use_gpu True to train on GPUs",
            precision, reason);
    assertThat(gpu.precision()).hasToString(precision);
    assertThat(other.precision()).isEqualTo(Precision.BF16);
  }

  @Test
  void aScheduleThatFallsEndsBelowItsBeginningAndBehindIt() {
    // Given
    TrainingConfiguration cosine =
        TrainingConfiguration.of(
            Map.of("learning_rate_schedule", "warmup_cosine", "learning_rate_epoch", 4));

    // When
    var floor = assertThatThrownBy(() -> cosine.with(Map.of("learning_rate_floor", 0.001)));
    var last = assertThatThrownBy(() -> cosine.with(Map.of("learning_rate_last_epoch", 3)));
    var epochs = assertThatThrownBy(() -> cosine.with(Map.of("num_epoch", 3)));
    TrainingConfiguration noam =
        cosine.with(Map.of("learning_rate_schedule", "noam", "num_epoch", 3));

    // Then
    floor.hasMessage(
        "learning_rate_floor: 0.001 given, allowed: at most learning_rate, which is 1.0E-4");
    last.hasMessage(
        "learning_rate_last_epoch: 3 given, allowed: at least learning_rate_epoch, which is 4,"
            + " because learning_rate_schedule is warmup_cosine");
    epochs.hasMessage(
        "num_epoch: 3 given, allowed: at least learning_rate_epoch, which is 4,"
            + " because learning_rate_schedule is warmup_cosine");
    assertThat(noam.schedule())
        .isEqualTo(
            new ScheduleArguments(
                ScheduleType.NOAM, 1e-4, 4, Optional.empty(), 0.83, 1e-6, 4000, 2));
  }

  @Test
  void aScheduleThatCountsTestsNeedsThemAndAFloorBelowTheLearningRate() {
    // Given
    TrainingConfiguration plateau =
        TrainingConfiguration.of(Map.of("learning_rate_schedule", "plateau"));

    // When
    var off = assertThatThrownBy(() -> plateau.with(Map.of("test_off", true)));
    var floor = assertThatThrownBy(() -> plateau.with(Map.of("learning_rate", 1e-7)));

    // Then
    off.hasMessage(
        "test_off: True given, allowed: False, because learning_rate_schedule is plateau");
    floor.hasMessage(
        "learning_rate_floor: 1.0E-6 given, allowed: at most learning_rate, which is 1.0E-7");
  }

  @Test
  void anEarlyStopNeedsTestsAndIsNamedBesideASchedule() {
    // Given
    TrainingConfiguration early = TrainingConfiguration.of(Map.of("early_stop_patience", 3));
    TrainingConfiguration both = early.with(Map.of("learning_rate_schedule", "plateau"));

    // When
    var off = assertThatThrownBy(() -> early.with(Map.of("test_off", true)));
    var bothOff = assertThatThrownBy(() -> both.with(Map.of("test_off", true)));
    TrainingConfiguration never =
        early.with(Map.of("test_off", true, "early_stop_patience", 0, "early_stop_epoch", 4));

    // Then
    off.hasMessage("test_off: True given, allowed: False, because early_stop_patience is 3");
    bothOff.hasMessage(
        "test_off: True given, allowed: False, because learning_rate_schedule is plateau and"
            + " early_stop_patience is 3");
    assertThat(never.earlyStop()).isEqualTo(new EarlyStopArguments(0, Optional.of(4)));
    assertThat(never.earlyStop().isOn()).isFalse();
  }

  @Test
  void frozenLayersAreLayersOfTheModelNotAllOfThemAndOfAModelThatHasLearnt() {
    // Given
    TrainingConfiguration tuned =
        TrainingConfiguration.of(
            Map.of("num_rnn_layers", 2, "pretrained_model", "a/best", "frozen_layers", "rnn.1"));

    // When
    TrainingConfiguration both = tuned.with(Map.of("frozen_layers", "conv.1, output"));
    var none = assertThatThrownBy(() -> tuned.with(Map.of("frozen_layers", "conv.0,rnn.2")));
    var all =
        assertThatThrownBy(
            () -> tuned.with(Map.of("frozen_layers", "conv.0,conv.1,rnn.0,rnn.1,output")));
    var fresh =
        assertThatThrownBy(() -> TrainingConfiguration.of(Map.of("frozen_layers", "conv.0")));

    // Then
    assertThat(both.frozenLayers()).containsExactlyInAnyOrder("conv.1", "output");
    none.isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "frozen_layers: \"rnn.2\" given, allowed: conv.0, conv.1, rnn.0, rnn.1, output, which"
                + " are the layers of the run's model");
    all.hasMessage(
        "frozen_layers: \"conv.0,conv.1,rnn.0,rnn.1,output\" given, allowed: not all layers,"
            + " because nothing would be trained");
    fresh.hasMessage(
        "frozen_layers: \"conv.0\" given, allowed: None if neither pretrained_model nor"
            + " resume_model is given, because new layers are untrained");
  }

  @Test
  void theTrainingSplitHasTheGlobalBatchAndTheTestSplitNoneOfTheTrainingLimits() {
    // Given
    TrainingConfiguration configuration =
        TrainingConfiguration.of(
            Map.of("batch_size", 4, "min_duration", 1, "max_duration", 9, "seed", 5));

    // When
    DataSpecification train = configuration.data(Split.TRAIN, 3);
    DataSpecification test = configuration.data(Split.TEST, 3);

    // Then
    assertThat(train)
        .isEqualTo(
            new DataSpecification(
                new DataFiles(
                    "./dataset/manifest.train",
                    "./dataset/zh_vocab.txt",
                    "./dataset/mean_std.npz",
                    "./conf/augmentation.json"),
                new DurationLimits(1, 9),
                new Batching(12, null, 3, "batch_shuffle_clipped"),
                TextRules.DEFAULT,
                5));
    assertThat(test)
        .isEqualTo(
            new DataSpecification(
                new DataFiles(
                    "./dataset/manifest.test", "./dataset/zh_vocab.txt", "./dataset/mean_std.npz"),
                new DurationLimits(0, 60),
                new Batching(4, "batch_shuffle_clipped"),
                TextRules.DEFAULT,
                5));
  }

  @ParameterizedTest
  @CsvSource({"20, 2231, 2232", "9, 1007, 1008", "30, 3335, 3336"})
  void aBatchHasToHoldOneUtteranceOfTheLongestDurationSlowedDown(
      double maxDuration, int tooFew, int enough) {
    // Given
    Map<String, Object> given = Map.of("max_duration", maxDuration, "max_batch_frames", tooFew);

    // When
    TrainingConfiguration holds =
        TrainingConfiguration.of(
            Map.of("max_duration", maxDuration, "max_batch_frames", enough, "min_duration", 0));

    // Then
    assertThat(holds.maxBatchFrames()).contains(enough);
    assertThatThrownBy(() -> TrainingConfiguration.of(given))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "max_batch_frames: %d given, allowed: at least %d, which an utterance of max_duration"
                + " (%s s) has at speed 0.9; or None",
            tooFew, enough, maxDuration);
  }

  @Test
  void namesAreInTheOrderOfTheAlphabet() {
    // When
    List<String> names = List.copyOf(TrainingConfiguration.defaults().asMap().keySet());

    // Then
    assertThat(names).isSorted().hasSize(Argument.values().length);
    assertThat(Arrays.stream(Argument.values()).map(Argument::argumentName))
        .hasSameElementsAs(names);
  }
}
