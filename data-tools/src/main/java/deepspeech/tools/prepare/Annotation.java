package deepspeech.tools.prepare;

import deepspeech.speech.audio.Segment;
import deepspeech.speech.manifest.StatedDuration;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The known facts about a recording before its audio is read.
 *
 * @param source the annotation list or folder
 * @param line the line in the list, from 1; 0 if the source is a folder
 * @param audio the path of the audio file, as the source gives it
 * @param segment the part of the file; empty for the whole file
 * @param stated the duration that the source states; empty if it states none
 * @param text the transcript; empty for noise
 */
record Annotation(
    Path source,
    long line,
    String audio,
    Optional<Segment> segment,
    Optional<StatedDuration> stated,
    String text) {
  /** Creates the annotation of a recording that is a whole file of any length. */
  Annotation(Path source, long line, String audio, String text) {
    this(source, line, audio, Optional.empty(), Optional.empty(), text);
  }

  /** Returns the beginning of a message about this annotation. */
  String at() {
    return at(source, line);
  }

  static String at(Path source, long line) {
    return line == 0 ? source + ": " : "%s line %d: ".formatted(source, line);
  }
}
