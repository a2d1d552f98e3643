package deepspeech.dataprep.manifest;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of a manifest.
 *
 * @param line its number in the manifest, from 1
 * @param audioFilepath as the manifest gives it
 * @param offset seconds from the beginning of the file at which the utterance begins; empty if it
 *     is the whole file
 * @param duration seconds, greater than 0
 * @param text what is said
 */
public record Utterance(
    long line, String audioFilepath, OptionalDouble offset, double duration, String text) {
  private static final double TOLERATED_SECONDS = 0.25;
  private static final double TOLERATED_SHARE = 0.1;

  public Utterance {
    if (!(duration > 0) || Double.isInfinite(duration)) {
      throw new IllegalArgumentException(
          "duration is %s; it must be a finite number greater than 0".formatted(duration));
    }
    offset.ifPresent(seconds -> new Segment(seconds, duration));
  }

  /** An utterance that is a whole file. */
  public Utterance(long line, String audioFilepath, double duration, String text) {
    this(line, audioFilepath, OptionalDouble.empty(), duration, text);
  }

  /** The part of the file that the utterance is; empty if it is the whole file. */
  public Optional<Segment> segment() {
    return offset.isPresent()
        ? Optional.of(new Segment(offset.getAsDouble(), duration))
        : Optional.empty();
  }

  /** What no other utterance of a manifest may have: a file, or the offset of a part of it. */
  public String identity(String path) {
    return offset.isPresent() ? path + "\n" + offset.getAsDouble() : path;
  }

  /**
   * Whether audio of some length can be this utterance's: manifests round, and some were written
   * before silence was cut off. A segment ends where its recording does.
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
    return other.equals(text) ? this : new Utterance(line, audioFilepath, offset, duration, other);
  }

  /** The same utterance as a whole file that lasts so long. */
  public Utterance asWholeFile(double seconds) {
    return new Utterance(line, audioFilepath, seconds, text);
  }

  /** The same utterance with its audio elsewhere. */
  public Utterance withPath(String other) {
    return new Utterance(line, other, offset, duration, text);
  }
}
