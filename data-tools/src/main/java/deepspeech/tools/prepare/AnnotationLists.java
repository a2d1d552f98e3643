package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Annotation lists, one after another.
 *
 * @param lists at least one file
 * @param form the format of the lines
 */
record AnnotationLists(List<Path> lists, AnnotationForm form) implements AnnotationSource {
  AnnotationLists {
    lists = List.copyOf(lists);
  }

  /** Creates lists whose lines are a path, a tab and a text, or JSON objects. */
  AnnotationLists(List<Path> lists) {
    this(lists, AnnotationForm.TAB_SEPARATED);
  }

  @Override
  public long count() throws DataFileException {
    return AnnotationLines.count(lists);
  }

  @Override
  public Annotations open() {
    return new AnnotationLines(lists, form);
  }
}
