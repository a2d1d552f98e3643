package deepspeech.trainer.training;

import java.util.Arrays;

/**
 * The batches that make one step of the optimiser: {@code accumulate_batches} in a row. They are
 * counted from the first batch of the epoch, so a run that resumes has the same groups. The last
 * group of an epoch may be smaller, and so may the first one after a resume with another number.
 *
 * @param first the first batch, of the epoch, from 0
 * @param end the batch behind the last one
 */
record BatchGroup(int first, int end) {
  /**
   * Returns the group that begins with a batch.
   *
   * @param size {@code accumulate_batches}
   * @param batches the number of batches of the epoch
   */
  static BatchGroup from(int first, int size, int batches) {
    return new BatchGroup(first, Math.min((first / size + 1) * size, batches));
  }

  /**
   * Returns the number of groups of each epoch.
   *
   * @param batches the number of batches of each epoch
   */
  static int[] counts(int[] batches, int size) {
    return Arrays.stream(batches).map(count -> (count + size - 1) / size).toArray();
  }

  int size() {
    return end - first;
  }

  /** Returns true if the number of a batch of the group is a multiple of the interval. */
  boolean hasMultipleOf(int interval) {
    return (end - 1) / interval * interval >= first;
  }

  /** Returns true if a multiple of the interval is completed by a batch of the group. */
  boolean completesMultipleOf(int interval) {
    return end / interval * interval > first;
  }
}
