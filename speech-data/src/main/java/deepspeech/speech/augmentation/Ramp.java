package deepspeech.speech.augmentation;

/**
 * How the strength of an augmentation grows over training: none up to one epoch, linearly to full
 * strength at another one, full from there on.
 *
 * @param fromEpoch the last epoch without, from 0
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
   * The strength in an epoch.
   *
   * @return from 0 to 1
   */
  double strength(int epoch) {
    double part = (double) (epoch - fromEpoch) / (toEpoch - fromEpoch);
    return Math.min(1, Math.max(0, part));
  }
}
