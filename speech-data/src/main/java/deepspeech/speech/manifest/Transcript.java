package deepspeech.speech.manifest;

/** The text of an utterance, encoded as labels. */
public final class Transcript {
  private final int[] labels;
  private final int[] unknownCharacters;

  /**
   * Wraps labels.
   *
   * @param labels the labels, from 1; the array is not copied
   * @param unknownCharacters characters of the text that have no label, as code points; the array
   *     is not copied
   */
  Transcript(int[] labels, int[] unknownCharacters) {
    this.labels = labels;
    this.unknownCharacters = unknownCharacters;
  }

  /** The labels, from 1; not a copy. */
  public int[] labels() {
    return labels;
  }

  /** The characters of the text that have no label, as code points in text order; not a copy. */
  public int[] unknownCharacters() {
    return unknownCharacters;
  }
}
