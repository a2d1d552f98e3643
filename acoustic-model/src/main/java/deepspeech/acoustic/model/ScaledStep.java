package deepspeech.acoustic.model;

import deepspeech.acoustic.optimizer.LossScale;

/** The scale of the loss during a step, and what the gradients of its batches tell of the scale. */
final class ScaledStep {
  private final LossScale scale;

  /** True if a batch had finite losses and statistics. */
  private boolean told;

  /** True if the gradient of such a batch was not finite. */
  private boolean overflowed;

  ScaledStep(LossScale scale) {
    this.scale = scale;
  }

  /** Returns by what the gradients have to be multiplied to be those of the loss. */
  double inverse() {
    return 1.0 / scale.scale();
  }

  /**
   * Adds the gradient of a batch whose losses and statistics are finite.
   *
   * @return true if the gradient is not finite and the scale may be the reason
   */
  boolean add(boolean isFinite) {
    told = true;
    overflowed |= !isFinite;
    return !isFinite && scale.canOverflow();
  }

  /**
   * Lets the scale follow the step, once for all its batches.
   *
   * @param norm of the sum of the gradients
   * @return true if a gradient overflowed by the scale, which is smaller now
   */
  boolean end(float norm) {
    return told && scale.update(!overflowed && Float.isFinite(norm));
  }

  /** Begins the next step. */
  void clear() {
    told = false;
    overflowed = false;
  }
}
