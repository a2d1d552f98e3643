package deepspeech.trainer.bare;

/**
 * A step and when it ended.
 *
 * @param epoch from 1
 * @param batch from 0
 * @param loss mean of the utterances
 * @param seconds since the first step began
 */
record MeasuredStep(int epoch, int batch, int utterances, double loss, double seconds) {}
