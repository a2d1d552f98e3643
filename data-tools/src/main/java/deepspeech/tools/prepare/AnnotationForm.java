package deepspeech.tools.prepare;

import java.nio.file.Path;
import java.util.Optional;

/** The format of the lines of an annotation list. */
interface AnnotationForm {
  /**
   * The path of an audio file, a tab and a text. A second tab ends the text, as in the Python
   * project.
   */
  AnnotationForm TAB_SEPARATED =
      new AnnotationForm() {
        @Override
        public Optional<Annotation> read(Path list, long number, String line) {
          String[] fields = line.split("\t", 3);
          return fields.length < 2 || fields[0].isBlank()
              ? Optional.empty()
              : Optional.of(
                  new Annotation(
                      list, number, fields[0].strip().replace('\\', '/'), fields[1].strip()));
        }

        @Override
        public String expected() {
          return "a path, a tab and a text";
        }
      };

  /**
   * Reads a line.
   *
   * @return empty if the line has another format
   */
  Optional<Annotation> read(Path list, long number, String line);

  /** Describes the expected content of a line. */
  String expected();

  /** Returns true if the line with this number describes the meaning of the other lines. */
  default boolean isHeader(long number) {
    return false;
  }
}
