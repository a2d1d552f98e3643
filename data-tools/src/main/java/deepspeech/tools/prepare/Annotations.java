package deepspeech.tools.prepare;

import java.util.Iterator;
import java.util.List;

/** Annotations one after the other, usable or not. To be used by one thread. */
interface Annotations extends Iterator<AnnotationLine>, AutoCloseable {
  /** What the user should know about those that were read, in lines. */
  default List<String> remarks() {
    return List.of();
  }

  @Override
  void close();

  /** Annotations that are in memory. */
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
