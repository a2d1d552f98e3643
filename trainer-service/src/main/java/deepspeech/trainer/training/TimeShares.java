package deepspeech.trainer.training;

/**
 * Where the training thread's time went, each from 0 to 1.
 *
 * @param computing in training steps
 * @param waiting for feature batches
 * @param checkpoint standing still for a checkpoint
 */
public record TimeShares(double computing, double waiting, double checkpoint) {}
