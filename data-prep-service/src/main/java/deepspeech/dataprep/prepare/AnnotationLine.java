package deepspeech.dataprep.prepare;

import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.LeftOut;

/**
 * A line of an annotation list.
 *
 * @param annotation null if the line is malformed
 * @param problem why there is no annotation; null if there is one
 */
record AnnotationLine(Annotation annotation, LeftOut problem) {
  /** A line that cannot be used. */
  static AnnotationLine leftOut(long line, String audio, LeftOutReason reason, String detail) {
    return new AnnotationLine(null, new LeftOut(line, audio, reason, detail));
  }
}
