package deepspeech.speech.manifest;

/**
 * What a data set says an utterance lasts.
 *
 * @param seconds greater than 0
 */
public record StatedDuration(double seconds) {
  private static final double TOLERATED_SECONDS = 0.25;
  private static final double TOLERATED_SHARE = 0.1;

  public StatedDuration {
    if (!(seconds > 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException(
          "duration is %s; it must be a finite number greater than 0".formatted(seconds));
    }
  }

  /**
   * Whether audio of some length can be what is meant: manifests round, and some were written
   * before silence was cut off. A segment ends where its recording does.
   *
   * @param actual seconds that the decoded audio lasts
   * @return false if it differs by more than a quarter of a second and by more than a tenth of what
   *     is stated
   */
  public boolean allows(double actual) {
    return Math.abs(actual - seconds) <= Math.max(TOLERATED_SECONDS, TOLERATED_SHARE * seconds);
  }
}
