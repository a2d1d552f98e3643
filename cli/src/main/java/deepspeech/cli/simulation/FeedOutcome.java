package deepspeech.cli.simulation;

/**
 * What trainers and their feed achieve in the steady state.
 *
 * @param waitingShare share of the time that trainers wait for a batch, 0 to 1
 * @param stepsPerSecond steps of all trainers together
 */
record FeedOutcome(double waitingShare, double stepsPerSecond) {}
