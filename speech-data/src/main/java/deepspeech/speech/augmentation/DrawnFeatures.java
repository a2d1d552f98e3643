package deepspeech.speech.augmentation;

/**
 * The perturbations that a {@link FeaturePerturbation} drew for one utterance. Warping comes first.
 */
public interface DrawnFeatures {
  /** Whether {@link #warp} has an effect. */
  default boolean warps() {
    return false;
  }

  /**
   * Warps the time axis.
   *
   * @param features [frames, 161], normalised or not
   * @param warped receives [frames, 161]; must be another array
   */
  default void warp(float[] features, float[] warped) {
    throw new UnsupportedOperationException("nothing is warped");
  }

  /**
   * Modifies the features in place.
   *
   * @param features normalised, [frames, 161] as IEEE half floats
   */
  void mask(short[] features);
}
