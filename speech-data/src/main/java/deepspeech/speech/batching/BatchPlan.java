package deepspeech.speech.batching;

import deepspeech.messages.InvalidMessageException;

/**
 * Which utterances are in which batch of which epoch: a pure function of durations, seed and epoch.
 *
 * <p>In the first epoch the longest utterances come first, as in the seed's {@code DataGenerator}
 * (Amodei et al., "Deep Speech 2" (2016), 3.3, sort them the other way round; the seed begins with
 * the longest, so that a run that does not fit the memory fails at once). Later epochs follow the
 * {@link ShuffleMethod}. Batches hold a number of utterances ({@link UtteranceBatches}) or a number
 * of frames ({@link FrameBatches}).
 *
 * <p>Instances are immutable and can be shared between threads.
 */
public sealed interface BatchPlan permits UtteranceBatches, FrameBatches {
  /**
   * The plan of a training split whose batches hold so many utterances.
   *
   * @param durations of the utterances after augmentation, at most, seconds
   * @param batchSize utterances in a batch, at least 1
   * @param seed the only source of randomness beside the number of the epoch
   */
  static BatchPlan training(
      double[] durations, int batchSize, ShuffleMethod shuffleMethod, int seed) {
    return new UtteranceBatches(durations, batchSize, shuffleMethod, seed, true);
  }

  /**
   * The plan of a training split whose batches hold as many utterances as fit.
   *
   * @param durations of the utterances after augmentation, at most, seconds
   * @param maxBatchFrames on each device the width of a batch times its utterances is at most this
   * @param devices share a batch, at least 1
   * @param seed the only source of randomness beside the number of the epoch
   * @throws InvalidMessageException if the longest utterance alone has more frames
   */
  static BatchPlan trainingByFrames(
      double[] durations, int maxBatchFrames, int devices, ShuffleMethod shuffleMethod, int seed) {
    return new FrameBatches(durations, maxBatchFrames, devices, shuffleMethod, seed);
  }

  /** The plan of a test split: every utterance in every epoch, the longest first. */
  static BatchPlan test(double[] durations, int batchSize) {
    return new UtteranceBatches(durations, batchSize, ShuffleMethod.INSTANCE_SHUFFLE, 0, false);
  }

  /**
   * The number of batches in an epoch.
   *
   * @param epoch from 1
   */
  int batches(int epoch);

  /**
   * The batches of an epoch.
   *
   * @param epoch from 1
   */
  EpochBatches epoch(int epoch);

  /**
   * Looks over the first epochs.
   *
   * @param epochs from 1
   */
  PlanOverview overview(int epochs);
}
