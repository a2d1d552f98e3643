package deepspeech.benchmark.learning;

import deepspeech.acoustic.model.Dropout;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.StepSettings;
import deepspeech.acoustic.optimizer.AdamSettings;
import deepspeech.messages.configuration.ScheduleArguments;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.TextRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings of one training of the learning benchmark, as {@code name=value} arguments. A
 * setting that is not given has a default; initial weights, optimiser and decay of the learning
 * rate default to those of the trainer.
 */
final class LearningSettings {
  private static final List<String> NAMES =
      List.of(
          "accumulate_batches",
          "average",
          "batch",
          "bias",
          "clip",
          "conv",
          "conv_layers",
          "data",
          "decay",
          "dropout",
          "ema",
          "epochs",
          "export",
          "floor",
          "hh",
          "ih",
          "inner",
          "l2",
          "lr",
          "norm_by_times",
          "out",
          "outbias",
          "patience",
          "precision",
          "rnn_layers",
          "schedule",
          "seed",
          "shuffle",
          "units",
          "vocab",
          "warmup");

  private final Map<String, String> given = new TreeMap<>();

  /**
   * Reads the arguments.
   *
   * @throws InvalidSettingException that names an unknown argument
   */
  LearningSettings(List<String> arguments) {
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      if (parts.length < 2 || !NAMES.contains(parts[0])) {
        throw new InvalidSettingException(
            argument, "name=value with one of " + String.join(", ", NAMES));
      }
      given.put(parts[0], parts[1]);
    }
    if (export().isPresent() && accumulatedBatches() > 1) {
      throw new InvalidSettingException(
          "accumulate_batches=" + accumulatedBatches(),
          "1 with export, whose program has a step per batch");
    }
  }

  /** Folder of the data set, with manifest.train, manifest.test, mean_std.npz and a vocabulary. */
  Path data() {
    return Path.of(text("data", "."));
  }

  Optional<Path> export() {
    return Optional.ofNullable(given.get("export")).map(Path::of);
  }

  int epochs() {
    return count("epochs", 12);
  }

  int seed() {
    return count("seed", 1);
  }

  AdamSettings optimizer() {
    return AdamSettings.DEFAULT.with(
        number("l2", AdamSettings.DEFAULT.weightDecay()),
        number("clip", AdamSettings.DEFAULT.maximumNorm()));
  }

  StepSettings step() {
    return new StepSettings(
        optimizer(),
        Boolean.parseBoolean(text("norm_by_times", "false")),
        number("ema", 0),
        new Dropout(number("dropout", 0), seed()),
        false,
        TrainingConfiguration.of(Map.of("precision", text("precision", "f32"))).precision());
  }

  /**
   * The batches whose gradients are added up before a step.
   *
   * @throws InvalidMessageException if the number is not allowed
   */
  int accumulatedBatches() {
    return TrainingConfiguration.of(Map.of("accumulate_batches", text("accumulate_batches", "1")))
        .accumulateBatches();
  }

  /** The epochs at whose ends the weights are averaged; 1 if they are not. */
  int averagedEpochs() {
    return count("average", 1);
  }

  /**
   * The schedule of the learning rate.
   *
   * @throws InvalidMessageException if a value is not allowed
   */
  ScheduleArguments schedule() {
    ScheduleArguments defaults = TrainingConfiguration.defaults().schedule();
    return TrainingConfiguration.of(
            Map.of(
                "num_epoch", epochs(),
                "learning_rate", number("lr", 1e-3),
                "learning_rate_schedule", text("schedule", defaults.type().toString()),
                "learning_rate_decay", number("decay", defaults.decay()),
                "learning_rate_floor", number("floor", defaults.floor()),
                "warmup_steps", count("warmup", 100),
                "plateau_patience", count("patience", defaults.plateauPatience())))
        .schedule();
  }

  ModelShape shape(int vocabulary) {
    return new ModelShape(
        count("conv_layers", 2), count("rnn_layers", 2), count("units", 128), vocabulary);
  }

  DataSpecification specification(String manifest) {
    return new DataSpecification(
        new DataFiles(manifest, text("vocab", "vocab.txt"), "mean_std.npz"),
        new DurationLimits(0, 20),
        new Batching(count("batch", 32), text("shuffle", "batch_shuffle_clipped")),
        TextRules.DEFAULT,
        seed());
  }

  /** Distribution of the initial values of arrays; {@code trainer} for that of the trainer. */
  InitialDistribution initial(String arrays) {
    return InitialDistribution.of(arrays, text(arrays, "trainer"));
  }

  private String text(String name, String otherwise) {
    return given.getOrDefault(name, otherwise);
  }

  private double number(String name, double otherwise) {
    String text = text(name, Double.toString(otherwise));
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new InvalidSettingException(name + "=" + text, "a number");
    }
  }

  private int count(String name, int otherwise) {
    String text = text(name, Integer.toString(otherwise));
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new InvalidSettingException(name + "=" + text, "a whole number");
    }
  }

  /** An argument is not allowed. */
  static final class InvalidSettingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    InvalidSettingException(String given, String allowed) {
      super("%s given, allowed: %s".formatted(given, allowed));
    }
  }

  @Override
  public String toString() {
    return given.toString();
  }
}
