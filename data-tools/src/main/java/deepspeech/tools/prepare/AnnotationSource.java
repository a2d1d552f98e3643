package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;

/** The source of the annotations of a split. The order of the annotations is always the same. */
interface AnnotationSource {
  /**
   * Returns the number of annotations, as far as it is known in advance, for the display of
   * progress.
   */
  long count() throws DataFileException;

  /**
   * Starts to read.
   *
   * @return the annotations, which the caller closes. They throw an {@link
   *     java.io.UncheckedIOException} with the file's name if a file cannot be read to its end.
   * @throws DataFileException if the source as a whole cannot be used
   */
  Annotations open() throws DataFileException;
}
