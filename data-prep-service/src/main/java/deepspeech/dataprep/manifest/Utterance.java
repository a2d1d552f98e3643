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
  public Utterance {
    if (!(duration > 0) || Double.isInfinite(duration)) {
      throw new IllegalArgumentException(
          "duration is %s; it must be a finite number greater than 0".formatted(duration));
    }
  }
}
