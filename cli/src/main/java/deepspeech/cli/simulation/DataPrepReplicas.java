package deepspeech.cli.simulation;

import deepspeech.messages.topic.Topics;

/**
 * Replicas of data-prep. A replica computes the utterances of a batch on all its threads, and takes
 * the requests of its partitions of {@code deepspeech.batch-requests} in the order of arrival.
 *
 * @param replicas from 1
 * @param threads cores of a replica, each with a thread, above 0
 */
record DataPrepReplicas(int replicas, double threads) {
  /** More than any pipeline needs. */
  static final DataPrepReplicas AMPLE = new DataPrepReplicas(1, Double.POSITIVE_INFINITY);

  /** Partitions of the requests. */
  int partitions() {
    return Topics.batchRequestPartitions(replicas);
  }

  /** The replica that answers the request with a number. */
  int replica(int request) {
    return Math.floorMod(request, partitions()) % replicas;
  }

  /** All cores. */
  double cores() {
    return replicas * threads;
  }

  /**
   * Cores that the requests can keep busy. Fewer than all if the partitions cannot be divided
   * evenly, because requests are spread evenly over partitions: with 5 replicas, two have seven of
   * the 32 partitions, and the others six.
   */
  double usableCores() {
    int most = (partitions() + replicas - 1) / replicas;
    return threads * partitions() / most;
  }

  /**
   * Time to make a batch.
   *
   * @param work seconds of CPU
   * @param utterances number of utterances of the batch, each of which one thread computes
   */
  double seconds(double work, int utterances) {
    return equals(AMPLE) ? 0 : work / Math.min(threads, utterances);
  }

  @Override
  public String toString() {
    return "%d x %s".formatted(replicas, Amounts.cores(threads));
  }
}
