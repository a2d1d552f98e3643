package deepspeech.tools.prepare;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import java.nio.file.Path;

/**
 * A line of an annotation list.
 *
 * @param list the list; null if the line is not from a list
 * @param annotation null if the line is malformed
 * @param problem why there is no annotation; null if there is one
 */
record AnnotationLine(Path list, Annotation annotation, SkippedUtterance problem) {
  /** Creates a line that is an annotation. */
  static AnnotationLine of(Annotation annotation) {
    return new AnnotationLine(
        annotation.line() == 0 ? null : annotation.source(), annotation, null);
  }

  /** A line that cannot be used. */
  static AnnotationLine skipped(Path list, SkippedUtterance problem) {
    return new AnnotationLine(list, null, problem);
  }

  /** A line that cannot be used. */
  static AnnotationLine skipped(
      Path list, long line, String audio, SkipReason reason, String detail) {
    return skipped(list, new SkippedUtterance(line, audio, reason, detail));
  }
}
