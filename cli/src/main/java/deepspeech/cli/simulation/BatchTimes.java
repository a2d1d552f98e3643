package deepspeech.cli.simulation;

/**
 * How long a batch keeps each station busy, in seconds, from 0.
 *
 * @param preparation the data-prep replica
 * @param partition the partition of the run
 * @param leader the broker that leads the run
 * @param step the trainer
 */
record BatchTimes(double preparation, double partition, double leader, double step) {}
