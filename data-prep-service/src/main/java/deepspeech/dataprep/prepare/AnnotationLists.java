package deepspeech.dataprep.prepare;

import deepspeech.dataprep.DataFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Annotation lists, one after the other.
 *
 * @param lists at least one file
 */
record AnnotationLists(List<Path> lists) implements AnnotationSource {
  AnnotationLists {
    lists = List.copyOf(lists);
  }

  @Override
  public long count() throws DataFileException {
    return AnnotationLines.count(lists);
  }

  @Override
  public Annotations open() {
    return new AnnotationLines(lists);
  }
}
