package deepspeech.tools.prepare;

import deepspeech.speech.manifest.Segment;
import deepspeech.speech.manifest.StatedDuration;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is known of a recording before it is looked at.
 *
 * @param source annotation list or folder that it is from
 * @param line in the list, from 1; 0 if it is from a folder
 * @param audio path of its file, as the source gives it
 * @param segment the part of the file; empty for all of it
 * @param stated what the source says that it lasts; empty if it says nothing
 * @param text what is said; empty for noise
 */
record Annotation(
    Path source,
    long line,
    String audio,
    Optional<Segment> segment,
    Optional<StatedDuration> stated,
    String text) {
  /** A recording that is a whole file of any length. */
  Annotation(Path source, long line, String audio, String text) {
    this(source, line, audio, Optional.empty(), Optional.empty(), text);
  }

  /** The beginning of a message about it. */
  String at() {
    return at(source, line);
  }

  static String at(Path source, long line) {
    return line == 0 ? source + ": " : "%s line %d: ".formatted(source, line);
  }
}
