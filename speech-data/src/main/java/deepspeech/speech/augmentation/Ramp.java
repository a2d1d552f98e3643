package deepspeech.speech.augmentation;

/**
 * The growth of an augmentation's strength over training. The strength is 0 up to one epoch, grows
 * linearly to full strength at another epoch, and stays there.
 *
 * @param fromEpoch the last epoch with strength 0, at least 0
 * @param toEpoch the first epoch at full strength, above {@code fromEpoch}
 */
record Ramp(int fromEpoch, int toEpoch) {
  /** Full strength in every epoch. */
  static final Ramp NONE = new Ramp(0, 1);

  Ramp {
    if (fromEpoch < 0 || toEpoch <= fromEpoch) {
      throw new IllegalArgumentException(
          "the ramp goes from %d to %d; it must go from 0 or later to a later epoch"
              .formatted(fromEpoch, toEpoch));
    }
  }

  /**
   * Returns the strength in an epoch.
   *
   * @return from 0 to 1
   */
  double strength(int epoch) {
    double part = (double) (epoch - fromEpoch) / (toEpoch - fromEpoch);
    return Math.min(1, Math.max(0, part));
  }
}
