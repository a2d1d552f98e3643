package deepspeech.acoustic.optimizer;

/**
 * The schedule of Vaswani et al., "Attention is all you need", NeurIPS 2017, section 5.3. The
 * factor, which is d_model^-0.5 there, is chosen so that the largest rate is the given one.
 *
 * @param largest the learning rate at the end of the warm-up
 * @param warmupSteps from 1
 */
record Noam(double largest, int warmupSteps) {
  /**
   * Returns the learning rate of a step.
   *
   * @param steps the number of steps before it
   */
  double at(long steps) {
    double step = steps + 1.0;
    return largest * Math.min(step / warmupSteps, Math.sqrt(warmupSteps / step));
  }
}
