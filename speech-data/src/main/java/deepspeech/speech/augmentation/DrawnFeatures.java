package deepspeech.speech.augmentation;

/** What a {@link FeaturePerturbation} drew for one utterance: first warping, then the rest. */
public interface DrawnFeatures {
  /** Whether {@link #warp} does anything. */
  default boolean warps() {
    return false;
  }

  /**
   * Warps time.
   *
   * @param features [frames, 161], normalised or yet to be
   * @param warped receives [frames, 161]; another array
   */
  default void warp(float[] features, float[] warped) {
    throw new UnsupportedOperationException("nothing is warped");
  }

  /**
   * Changes the features in their place.
   *
   * @param features normalised, [frames, 161] as IEEE half floats
   */
  void mask(short[] features);
}
