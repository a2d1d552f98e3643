package deepspeech.acoustic.optimizer;

/**
 * The factor by which the loss is multiplied, so that gradients in half precision do not become 0
 * (Micikevicius et al., "Mixed precision training", ICLR 2018, section 3.2). It follows {@code
 * torch.amp.GradScaler} with its defaults: twice as large after 2000 gradients in a row that were
 * finite, half as large after each one that was not. Unlike there it does not fall below 1, where
 * it cannot be the reason any more.
 */
public final class LossScale {
  private static final float GROWTH = 2;
  private static final float BACKOFF = 0.5f;
  private static final int GROWTH_INTERVAL = 2000;

  private float scale;
  private int finiteInARow;

  /** Begins or resumes. */
  public LossScale(LossScaleState state) {
    scale = state.scale();
    finiteInARow = state.finiteInARow();
  }

  /** Returns the factor, from 1. A power of 2, so that dividing by it again changes no fraction. */
  public float scale() {
    return scale;
  }

  /** Returns true if a gradient that is not finite may be so because of the scale. */
  public boolean canOverflow() {
    return scale > LossScaleState.LEAST;
  }

  /**
   * Follows the gradient of a step whose losses were finite.
   *
   * @return true if the gradient overflowed by the scale, which is smaller now
   */
  public boolean update(boolean isFinite) {
    if (isFinite) {
      finiteInARow++;
      if (finiteInARow == GROWTH_INTERVAL) {
        finiteInARow = 0;
        scale = Float.isFinite(scale * GROWTH) ? scale * GROWTH : scale;
      }
      return false;
    }
    finiteInARow = 0;
    boolean overflowed = canOverflow();
    scale = Math.max(LossScaleState.LEAST, scale * BACKOFF);
    return overflowed;
  }

  public LossScaleState state() {
    return new LossScaleState(scale, finiteInARow);
  }
}
