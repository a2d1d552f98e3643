package deepspeech.acoustic.model;

/** A pass over a batch that computes its gradient. */
@FunctionalInterface
interface GradientPass {
  /**
   * Computes the gradient.
   *
   * @param recompute see {@link AcousticModel#gradients}
   * @throws OutOfMemoryException if it does not fit into memory
   */
  BatchGradients compute(boolean recompute);

  /**
   * Computes the gradient, and once more with less memory if memory runs out.
   *
   * @param release releases memory before the second attempt
   * @throws OutOfMemoryException if it does not fit into memory either
   */
  default BatchGradients computeWithin(Runnable release) {
    try {
      return compute(false);
    } catch (OutOfMemoryException e) {
      release.run();
      return compute(true);
    }
  }
}
