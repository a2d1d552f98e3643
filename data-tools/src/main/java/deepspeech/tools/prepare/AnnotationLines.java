package deepspeech.tools.prepare;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.DataFileException;
import deepspeech.speech.dataset.UnknownFieldCounts;
import deepspeech.speech.manifest.LineReader;
import deepspeech.speech.manifest.ManifestLine;
import deepspeech.speech.manifest.ManifestReader;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.storage.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The lines of annotation lists, one list after another. Holds one line in memory. A line is UTF-8
 * in a given format, or a JSON object as in a manifest, which is the format of PPASR's lists of
 * segments. Throws an {@link UncheckedIOException} with the list's name if a list cannot be read to
 * its end.
 */
final class AnnotationLines implements Annotations {
  private static final int LONGEST_LINE = 1 << 20;

  private final Iterator<Path> lists;
  private final AnnotationForm form;
  private final UnknownFieldCounts unknownFields = new UnknownFieldCounts();
  private Path list;
  private InputStream file;
  private LineReader reader;
  private long number;
  private AnnotationLine next;

  AnnotationLines(List<Path> lists) {
    this(lists, AnnotationForm.TAB_SEPARATED);
  }

  AnnotationLines(List<Path> lists, AnnotationForm form) {
    this.lists = lists.iterator();
    this.form = form;
  }

  /**
   * Counts the lines, whatever their content.
   *
   * @throws DataFileException if a list cannot be read
   */
  static long count(List<Path> lists) throws DataFileException {
    long count = 0;
    for (Path list : lists) {
      try (InputStream file = LocalFiles.stream(list)) {
        count += LineReader.count(file);
      } catch (IOException e) {
        throw new DataFileException(unreadable(list, e), e);
      }
    }
    return count;
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null && (file != null || lists.hasNext())) {
        if (file == null) {
          list = lists.next();
          file = LocalFiles.stream(list);
          reader = new LineReader(file, LONGEST_LINE);
          number = 0;
        }
        if (reader.next()) {
          number++;
          next = line().orElse(null);
        } else {
          close();
        }
      }
      return next != null;
    } catch (IOException e) {
      throw new UncheckedIOException(unreadable(list, e), e);
    }
  }

  @Override
  public AnnotationLine next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    AnnotationLine line = next;
    next = null;
    return line;
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
        file = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(unreadable(list, e), e);
    }
  }

  @Override
  public List<String> remarks() {
    return unknownFields.summary().stream().toList();
  }

  private Optional<AnnotationLine> line() {
    if (reader.isTooLong()) {
      return Optional.of(malformed("longer than %d bytes".formatted(LONGEST_LINE)));
    }
    String line = reader.text().orElse(null);
    if (line == null) {
      return Optional.of(malformed("not UTF-8"));
    }
    if (line.startsWith("{")) {
      return Optional.of(object());
    }
    return form.isHeader(number)
        ? Optional.empty()
        : Optional.of(
            form.read(list, number, line)
                .map(AnnotationLine::of)
                .orElseGet(() -> malformed(form.expected() + " are expected")));
  }

  private AnnotationLine object() {
    ManifestLine line = ManifestReader.line(reader, number, list.toString());
    unknownFields.add(line.unknownFields(), number);
    if (line.problem() != null) {
      return AnnotationLine.skipped(list, line.problem());
    }
    Utterance utterance = line.utterance();
    return AnnotationLine.of(
        new Annotation(
            list,
            number,
            utterance.audioFilepath(),
            utterance.segment(),
            Optional.of(utterance.stated()),
            utterance.text()));
  }

  private AnnotationLine malformed(String detail) {
    return AnnotationLine.skipped(
        list, number, null, SkipReason.MALFORMED_LINE, Annotation.at(list, number) + detail);
  }

  private static String unreadable(Path list, IOException e) {
    return list + ": cannot be read: " + DataFileException.reason(e);
  }
}
