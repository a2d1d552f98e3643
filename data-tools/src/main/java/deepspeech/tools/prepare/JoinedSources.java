package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/**
 * Several sources, one after another.
 *
 * @param sources at least one
 */
record JoinedSources(List<AnnotationSource> sources) implements AnnotationSource {
  JoinedSources {
    sources = List.copyOf(sources);
  }

  @Override
  public long count() throws DataFileException {
    long count = 0;
    for (AnnotationSource source : sources) {
      count += source.count();
    }
    return count;
  }

  @Override
  public Annotations open() throws DataFileException {
    return sources.size() == 1 ? sources.get(0).open() : new Joined(sources.iterator());
  }

  private static final class Joined implements Annotations {
    private final Iterator<AnnotationSource> sources;
    private Annotations current = Annotations.of(List.<AnnotationLine>of().iterator());
    private final List<String> remarks = new ArrayList<>();

    Joined(Iterator<AnnotationSource> sources) {
      this.sources = sources;
    }

    @Override
    public boolean hasNext() {
      while (!current.hasNext() && sources.hasNext()) {
        close();
        try {
          current = sources.next().open();
        } catch (DataFileException e) {
          throw new UncheckedIOException(e.getMessage(), new IOException(e));
        }
      }
      return current.hasNext();
    }

    @Override
    public AnnotationLine next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return current.next();
    }

    @Override
    public List<String> remarks() {
      return Stream.concat(remarks.stream(), current.remarks().stream()).toList();
    }

    @Override
    public void close() {
      remarks.addAll(current.remarks());
      current.close();
      current = Annotations.of(List.<AnnotationLine>of().iterator());
    }
  }
}
