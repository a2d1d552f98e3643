package deepspeech.trainer.training;

/**
 * How the training thread spent its time, as shares from 0 to 1.
 *
 * @param computing the share of training steps
 * @param waiting the share of waiting for feature batches
 * @param checkpoint the share during which a checkpoint blocked training
 */
public record TimeShares(double computing, double waiting, double checkpoint) {}
