package deepspeech.speech.audio;

/**
 * A part of a recording.
 *
 * @param offset seconds from the beginning of the recording, at least 0
 * @param duration seconds, greater than 0; infinite for the rest of the recording
 */
public record Segment(double offset, double duration) {
  public Segment {
    if (!(offset >= 0) || Double.isInfinite(offset)) {
      throw new IllegalArgumentException(
          "offset is %s; it must be a finite number from 0".formatted(offset));
    }
    if (!(duration > 0)) {
      throw new IllegalArgumentException(
          "duration is %s; it must be a number greater than 0".formatted(duration));
    }
  }
}
