package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A published corpus, as it is unpacked. */
enum Corpus {
  AISHELL(Aishell::splits),
  THCHS30(Thchs30::splits),
  FREE_ST(FreeSt::splits),
  LIBRISPEECH(LibriSpeech::splits),
  COMMON_VOICE(CommonVoice::splits);

  private final Layout layout;

  Corpus(Layout layout) {
    this.layout = layout;
  }

  /** The corpus of a name; empty if there is none. */
  static Optional<Corpus> of(String name) {
    return Arrays.stream(values()).filter(corpus -> corpus.toString().equals(name)).findFirst();
  }

  /** The names of all. */
  static String names() {
    return Arrays.stream(values()).map(Corpus::toString).collect(Collectors.joining(", "));
  }

  /**
   * Finds the splits.
   *
   * @param folder of the corpus, or the one that it lies in
   * @throws DataFileException if it is not there or not unpacked as a whole
   */
  Splits splits(Path folder) throws DataFileException {
    return layout.splits(folder);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private interface Layout {
    Splits splits(Path folder) throws DataFileException;
  }
}
