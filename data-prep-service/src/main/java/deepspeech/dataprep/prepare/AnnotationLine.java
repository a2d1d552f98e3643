package deepspeech.dataprep.prepare;

import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.LeftOut;
import java.nio.file.Path;

/**
 * A line of an annotation list.
 *
 * @param list that it is from; null if it is not from a list
 * @param annotation null if the line is malformed
 * @param problem why there is no annotation; null if there is one
 */
record AnnotationLine(Path list, Annotation annotation, LeftOut problem) {
  /** A line that is an annotation. */
  static AnnotationLine of(Annotation annotation) {
    return new AnnotationLine(
        annotation.line() == 0 ? null : annotation.source(), annotation, null);
  }

  /** A line that cannot be used. */
  static AnnotationLine leftOut(Path list, LeftOut problem) {
    return new AnnotationLine(list, null, problem);
  }

  /** A line that cannot be used. */
  static AnnotationLine leftOut(
      Path list, long line, String audio, LeftOutReason reason, String detail) {
    return leftOut(list, new LeftOut(line, audio, reason, detail));
  }
}
