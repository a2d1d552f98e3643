package deepspeech.cli.simulation;

/**
 * What the batches of all trainers pass through.
 *
 * @param replicas replicas of data-prep
 * @param brokers number of brokers, from 1
 * @param batchesAhead batches that a trainer requests ahead of the one in use, from 1
 * @param latency seconds of a small message through an idle broker, from 0
 */
record FeedTopology(DataPrepReplicas replicas, int brokers, int batchesAhead, double latency) {}
