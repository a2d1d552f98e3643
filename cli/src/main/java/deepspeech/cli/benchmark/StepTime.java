package deepspeech.cli.benchmark;

/**
 * A step of the bare training and when it ended.
 *
 * @param epoch from 1
 * @param batch the last one of the step, from 0
 * @param utterances of all batches of the step
 * @param seconds since the first step began
 */
record StepTime(int epoch, int batch, int utterances, double seconds) {
  /** True if this step is the one of a report, or an earlier one. */
  boolean isUpTo(ProgressReport report) {
    return epoch < report.epoch() || (epoch == report.epoch() && batch <= report.batch());
  }
}
