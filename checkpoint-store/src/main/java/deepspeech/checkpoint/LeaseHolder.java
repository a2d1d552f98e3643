package deepspeech.checkpoint;

/**
 * A trainer that acquires leases.
 *
 * @param trainer name of the process
 * @param address host and port on which it accepts connections while it lives; null for none
 */
public record LeaseHolder(String trainer, String address) {}
