package deepspeech.cli.chaos;

import java.time.Instant;

/**
 * A disturbance that was carried out.
 *
 * @param at time at which the process was killed or the server began to stop
 */
record DisturbedProcess(Disturbance disturbance, Instant at) {}
