package deepspeech.cli.simulation;

/**
 * The speed of one broker, in 10^6 bytes per second.
 *
 * @param network in each direction, above 0
 * @param disk written, above 0
 * @param partition features through one partition, above 0; the feature topic of a run has one
 */
public record BrokerMachine(double network, double disk, double partition) {
  /** Faster than any pipeline needs. */
  static final BrokerMachine AMPLE =
      new BrokerMachine(
          Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
}
