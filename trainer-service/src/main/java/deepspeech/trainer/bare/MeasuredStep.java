package deepspeech.trainer.bare;

/**
 * A step and when it ended.
 *
 * @param epoch from 1
 * @param batch the last one of the step, from 0
 * @param utterances of all batches of the step
 * @param loss mean of the utterances
 * @param seconds since the first step began
 */
record MeasuredStep(int epoch, int batch, int utterances, double loss, double seconds) {}
