package deepspeech.cli.command;

import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.simulation.ModelCost;
import deepspeech.cli.simulation.RecordingFormat;
import deepspeech.cli.simulation.TrainingLoad;
import deepspeech.cli.simulation.WeightAverages;
import deepspeech.messages.configuration.ArgumentMaximum;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Options for what is trained in a simulation: data, model, batches. */
final class TrainingLoadOptions {
  @Option(
      names = "--hours",
      paramLabel = "HOURS",
      required = true,
      description = "hours of speech in the training set of each run, 0.01 to 1000000")
  private double hours;

  @Option(
      names = "--test-hours",
      paramLabel = "HOURS",
      defaultValue = "10",
      description = "hours of speech in the test set, 0.01 to 10000; default: ${DEFAULT-VALUE}")
  private double testHours;

  @Option(
      names = "--utterance-seconds",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "mean length of an utterance, 0.5 to 15; default: ${DEFAULT-VALUE}")
  private double utteranceSeconds;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "wav",
      description = "format of the recordings: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
  private RecordingFormat format;

  @Option(names = "--no-augmentation", description = "train without augmentation")
  private boolean notAugmented;

  @Option(
      names = "--layers",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "num_rnn_layers of the model, 1 to "
              + ArgumentMaximum.NUM_RNN_LAYERS
              + "; default: ${DEFAULT-VALUE}")
  private int layers;

  @Option(
      names = "--units",
      paramLabel = "N",
      defaultValue = "1024",
      description =
          "rnn_layer_size of the model, 1 to "
              + ArgumentMaximum.RNN_LAYER_SIZE
              + "; default: ${DEFAULT-VALUE}")
  private int units;

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      defaultValue = "4300",
      description = "number of tokens with the blank, 2 to 1000000; default: ${DEFAULT-VALUE}")
  private int vocabulary;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "32",
      description =
          "utterances of a batch on each device, 1 to "
              + ArgumentMaximum.BATCH_SIZE
              + "; default: ${DEFAULT-VALUE}")
  private int batchSize;

  @Option(
      names = "--batches-ahead",
      paramLabel = "N",
      description =
          "DEEPSPEECH_BATCHES_AHEAD of the trainers, 1 to 1000; default: as many as last 15 s")
  private Integer batchesAhead;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      defaultValue = "2000",
      description =
          "checkpoint_interval: batches between checkpoints within an epoch, 1 to "
              + ArgumentMaximum.CHECKPOINT_INTERVAL
              + "; default: ${DEFAULT-VALUE}")
  private int checkpointEvery;

  @Option(
      names = "--moving-average",
      description = "the weights have a moving average: ema_decay is above 0")
  private boolean movingAverage;

  @Option(
      names = "--average-checkpoints",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "average_checkpoints: epochs whose weights are averaged, 1 to "
              + ArgumentMaximum.AVERAGE_CHECKPOINTS
              + "; default: ${DEFAULT-VALUE}")
  private int averageCheckpoints;

  /** What each run trains on. */
  TrainingLoad load() {
    return new TrainingLoad(
        OptionRange.within("--hours", hours, 0.01, 1_000_000),
        OptionRange.within("--test-hours", testHours, 0.01, 10_000),
        OptionRange.within("--utterance-seconds", utteranceSeconds, 0.5, 15),
        OptionRange.within("--batch-size", batchSize, 1, ArgumentMaximum.BATCH_SIZE),
        batchesAhead == null
            ? OptionalInt.empty()
            : OptionalInt.of(OptionRange.within("--batches-ahead", batchesAhead, 1, 1000)),
        OptionRange.within(
            "--checkpoint-every", checkpointEvery, 1, ArgumentMaximum.CHECKPOINT_INTERVAL),
        format,
        !notAugmented);
  }

  /** The model of each run. */
  ModelCost model() {
    return new ModelCost(
        OptionRange.within("--layers", layers, 1, ArgumentMaximum.NUM_RNN_LAYERS),
        OptionRange.within("--units", units, 1, ArgumentMaximum.RNN_LAYER_SIZE),
        OptionRange.within("--vocabulary", vocabulary, 2, 1_000_000),
        averages());
  }

  private WeightAverages averages() {
    int epochs =
        OptionRange.within(
            "--average-checkpoints", averageCheckpoints, 1, ArgumentMaximum.AVERAGE_CHECKPOINTS);
    if (movingAverage && epochs > 1) {
      throw new CommandFailedException(
          "--average-checkpoints: %d given, allowed: 1, because --moving-average is given"
              .formatted(epochs));
    }
    return new WeightAverages(movingAverage, epochs);
  }
}
