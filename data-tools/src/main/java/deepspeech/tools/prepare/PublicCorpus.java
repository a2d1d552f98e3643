package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A public corpus in its unpacked form. */
enum PublicCorpus {
  AISHELL(Aishell::splits),
  THCHS30(Thchs30::splits),
  FREE_ST(FreeSt::splits),
  LIBRISPEECH(LibriSpeech::splits),
  COMMON_VOICE(CommonVoice::splits);

  private final Layout layout;

  PublicCorpus(Layout layout) {
    this.layout = layout;
  }

  /** Returns the corpus of a name; empty if the name is unknown. */
  static Optional<PublicCorpus> of(String name) {
    return Arrays.stream(values()).filter(corpus -> corpus.toString().equals(name)).findFirst();
  }

  /** Returns the names of all corpora. */
  static String names() {
    return Arrays.stream(values()).map(PublicCorpus::toString).collect(Collectors.joining(", "));
  }

  /**
   * Finds the splits.
   *
   * @param folder the folder of the corpus, or its parent folder
   * @throws DataFileException if the corpus does not exist or is not completely unpacked
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
