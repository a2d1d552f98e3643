package deepspeech.tools.prepare;

import java.util.Iterator;
import java.util.List;

/** Annotations one after another, usable or not. For use by one thread. */
interface Annotations extends Iterator<AnnotationLine>, AutoCloseable {
  /** Returns remarks for the user about the annotations that were read, one line each. */
  default List<String> remarks() {
    return List.of();
  }

  @Override
  void close();

  /** Returns annotations from an iterator that needs no closing. */
  static Annotations of(Iterator<AnnotationLine> lines) {
    return new Annotations() {
      @Override
      public boolean hasNext() {
        return lines.hasNext();
      }

      @Override
      public AnnotationLine next() {
        return lines.next();
      }

      @Override
      public void close() {}
    };
  }
}
