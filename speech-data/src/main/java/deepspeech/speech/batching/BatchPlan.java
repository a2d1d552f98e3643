package deepspeech.speech.batching;

import deepspeech.messages.InvalidMessageException;

/**
 * Assigns the utterances to the batches of each epoch. The plan is a pure function of durations,
 * seed and epoch.
 *
 * <p>In the first epoch the longest utterances come first, as in the Python project's {@code
 * DataGenerator}. Amodei et al., "Deep Speech 2" (2016), 3.3, sort the shortest first; with the
 * longest first, a run that does not fit into memory fails at once. Later epochs follow the {@link
 * ShuffleMethod}. A batch is limited by a number of utterances ({@link UtteranceBatches}) or by a
 * number of frames ({@link FrameBatches}).
 *
 * <p>Instances are immutable and can be shared between threads.
 */
public sealed interface BatchPlan permits UtteranceBatches, FrameBatches {
  /**
   * Creates the plan of a training split with a fixed number of utterances in each batch.
   *
   * @param durations upper bound of each utterance's duration after augmentation, in seconds
   * @param batchSize utterances in a batch, at least 1
   * @param seed seed of the shuffling; together with the epoch it is the only source of randomness
   */
  static BatchPlan training(
      double[] durations, int batchSize, ShuffleMethod shuffleMethod, int seed) {
    return new UtteranceBatches(durations, batchSize, shuffleMethod, seed, true);
  }

  /**
   * Creates the plan of a training split with as many utterances in each batch as fit into a number
   * of frames.
   *
   * @param durations upper bound of each utterance's duration after augmentation, in seconds
   * @param maxBatchFrames upper bound, on each device, of the width of a batch times its number of
   *     utterances
   * @param devices number of devices that share a batch, at least 1
   * @param seed seed of the shuffling; together with the epoch it is the only source of randomness
   * @throws InvalidMessageException if the longest utterance alone has more frames than {@code
   *     maxBatchFrames}
   */
  static BatchPlan trainingByFrames(
      double[] durations, int maxBatchFrames, int devices, ShuffleMethod shuffleMethod, int seed) {
    return new FrameBatches(durations, maxBatchFrames, devices, shuffleMethod, seed);
  }

  /** Creates the plan of a test split. Every epoch has all utterances, the longest first. */
  static BatchPlan test(double[] durations, int batchSize) {
    return new UtteranceBatches(durations, batchSize, ShuffleMethod.INSTANCE_SHUFFLE, 0, false);
  }

  /**
   * Returns the number of batches in an epoch.
   *
   * @param epoch from 1
   */
  int batches(int epoch);

  /**
   * Returns the batches of an epoch.
   *
   * @param epoch from 1
   */
  EpochBatches epoch(int epoch);

  /**
   * Summarises the first epochs.
   *
   * @param epochs number of epochs to summarise
   */
  PlanOverview overview(int epochs);
}
