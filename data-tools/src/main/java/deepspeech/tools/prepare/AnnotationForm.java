package deepspeech.tools.prepare;

import java.nio.file.Path;
import java.util.Optional;

/** What the lines of an annotation list look like. */
interface AnnotationForm {
  /** The path of an audio file, a tab and a text; a second tab ends the text, as in the seed. */
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
   * @return empty if it has another form
   */
  Optional<Annotation> read(Path list, long number, String line);

  /** What a line should have. */
  String expected();

  /** Whether a line of this number says what the others mean. */
  default boolean isHeader(long number) {
    return false;
  }
}
