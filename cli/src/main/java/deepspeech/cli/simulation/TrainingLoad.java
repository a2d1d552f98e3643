package deepspeech.cli.simulation;

import deepspeech.messages.features.FeatureBatch;
import java.util.OptionalInt;

/**
 * What each run trains on and how.
 *
 * @param hours speech in the training set, above 0
 * @param testHours speech in the test set, above 0
 * @param utteranceSeconds mean length of an utterance, above 0
 * @param batchSize utterances of a batch on each device, from 1
 * @param batchesAhead batches that a trainer requests ahead, from 1; empty for as many as last 15 s
 * @param checkpointEvery batches between checkpoints within an epoch, from 1
 * @param format format of the recordings
 * @param augmented true if the Python project's augmentation is applied
 */
public record TrainingLoad(
    double hours,
    double testHours,
    double utteranceSeconds,
    int batchSize,
    OptionalInt batchesAhead,
    int checkpointEvery,
    RecordingFormat format,
    boolean augmented) {
  static final double SECONDS_PER_HOUR = 3600;

  /** Bytes of features per second of audio: half-precision floats, a frame each 10 ms. */
  static final double FEATURE_BYTES_PER_SECOND = 100.0 * Short.BYTES * FeatureBatch.BINS;

  static final double BYTES_PER_MEGABYTE = 1e6;

  /** Seconds of CPU that data-prep takes per second of audio, from the file to the broker. */
  double preparationSeconds() {
    double wav =
        MeasuredFigure.DATA_PREP.value() / 1000 * FEATURE_BYTES_PER_SECOND / BYTES_PER_MEGABYTE;
    double augmentation =
        1 / MeasuredFigure.AUGMENTED_BATCH.value() - 1 / MeasuredFigure.BATCH.value();
    return wav + format.extraSeconds() + (augmented ? augmentation : 0);
  }

  /** The same with another number of batches ahead. */
  TrainingLoad withBatchesAhead(int batches) {
    return new TrainingLoad(
        hours,
        testHours,
        utteranceSeconds,
        batchSize,
        OptionalInt.of(batches),
        checkpointEvery,
        format,
        augmented);
  }

  /** Bytes of features of the test set. */
  double testBytes() {
    return testHours * SECONDS_PER_HOUR * FEATURE_BYTES_PER_SECOND;
  }
}
