package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;

/** Where the annotations of a split come from, in an order that is always the same. */
interface AnnotationSource {
  /** The number of annotations as far as it is known beforehand, for the progress. */
  long count() throws DataFileException;

  /**
   * Starts to read.
   *
   * @return the annotations, to be closed by the caller; throws an {@link
   *     java.io.UncheckedIOException} with the file's name if a file cannot be read to its end
   * @throws DataFileException if the source cannot be used as a whole
   */
  Annotations open() throws DataFileException;
}
