package deepspeech.speech.manifest;

import deepspeech.speech.audio.Segment;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An utterance: one line of a manifest.
 *
 * @param line number of the line in the manifest, from 1
 * @param audioFilepath path of the audio file, as written in the manifest
 * @param offset start of the utterance in seconds from the beginning of the file; empty if the
 *     utterance is the whole file
 * @param duration seconds, greater than 0
 * @param text transcript of the utterance
 */
public record Utterance(
    long line, String audioFilepath, OptionalDouble offset, double duration, String text) {
  public Utterance {
    new StatedDuration(duration);
    offset.ifPresent(seconds -> new Segment(seconds, duration));
  }

  /** An utterance that spans a whole file. */
  public Utterance(long line, String audioFilepath, double duration, String text) {
    this(line, audioFilepath, OptionalDouble.empty(), duration, text);
  }

  /** The part of the file that the utterance spans; empty if it is the whole file. */
  public Optional<Segment> segment() {
    return offset.isPresent()
        ? Optional.of(new Segment(offset.getAsDouble(), duration))
        : Optional.empty();
  }

  /**
   * The key by which duplicates are found: the path or, for a part of a file, the path and the
   * offset.
   */
  public String identity(String path) {
    return offset.isPresent() ? path + "\n" + offset.getAsDouble() : path;
  }

  /** The duration that the manifest states. */
  public StatedDuration stated() {
    return new StatedDuration(duration);
  }

  /** Returns this utterance with another text. */
  public Utterance withText(String other) {
    return other.equals(text) ? this : new Utterance(line, audioFilepath, offset, duration, other);
  }

  /** Returns this utterance as a whole file of the given duration, in seconds. */
  public Utterance asWholeFile(double seconds) {
    return new Utterance(line, audioFilepath, seconds, text);
  }

  /** Returns this utterance with another audio path. */
  public Utterance withPath(String other) {
    return new Utterance(line, other, offset, duration, text);
  }
}
