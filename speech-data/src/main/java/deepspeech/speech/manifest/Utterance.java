package deepspeech.speech.manifest;

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
  public Utterance {
    new StatedDuration(duration);
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

  /** What the manifest says that it lasts. */
  public StatedDuration stated() {
    return new StatedDuration(duration);
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
