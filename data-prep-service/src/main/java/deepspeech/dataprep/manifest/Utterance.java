package deepspeech.dataprep.manifest;

/**
 * One line of a manifest.
 *
 * @param line its number in the manifest, from 1
 * @param audioFilepath as the manifest gives it
 * @param duration seconds, greater than 0
 * @param text what is said
 */
public record Utterance(long line, String audioFilepath, double duration, String text) {
  private static final double TOLERATED_SECONDS = 0.25;
  private static final double TOLERATED_SHARE = 0.1;

  public Utterance {
    if (!(duration > 0) || Double.isInfinite(duration)) {
      throw new IllegalArgumentException(
          "duration is %s; it must be a finite number greater than 0".formatted(duration));
    }
  }

  /**
   * Whether audio of some length can be this utterance's: manifests round, and some were written
   * before silence was cut off.
   *
   * @param seconds that the decoded audio lasts
   * @return false if it differs by more than a quarter of a second and by more than a tenth of the
   *     duration
   */
  public boolean canLast(double seconds) {
    return Math.abs(seconds - duration) <= Math.max(TOLERATED_SECONDS, TOLERATED_SHARE * duration);
  }

  /** The same utterance with another text. */
  public Utterance withText(String other) {
    return other.equals(text) ? this : new Utterance(line, audioFilepath, duration, other);
  }

  /** The same utterance with audio that lasts so long. */
  public Utterance withDuration(double seconds) {
    return new Utterance(line, audioFilepath, seconds, text);
  }

  /** The same utterance with its audio elsewhere. */
  public Utterance withPath(String other) {
    return new Utterance(line, other, duration, text);
  }
}
