package deepspeech.dataprep.prepare;

import deepspeech.messages.features.LeftOut;

/**
 * A line of an annotation list.
 *
 * @param annotation null if the line is malformed
 * @param problem why there is no annotation; null if there is one
 */
record AnnotationLine(Annotation annotation, LeftOut problem) {}
