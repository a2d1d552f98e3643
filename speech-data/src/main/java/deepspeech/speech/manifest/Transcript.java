package deepspeech.speech.manifest;

/** A text as labels. */
public final class Transcript {
  private final int[] labels;
  private final int[] unknownCharacters;

  /**
   * Holds labels.
   *
   * @param labels from 1; the caller hands them over
   * @param unknownCharacters characters of the text that have no label, as code points; the caller
   *     hands them over
   */
  Transcript(int[] labels, int[] unknownCharacters) {
    this.labels = labels;
    this.unknownCharacters = unknownCharacters;
  }

  /** The labels, from 1; not a copy. */
  public int[] labels() {
    return labels;
  }

  /** The characters of the text that have no label, as code points, in their order; not a copy. */
  public int[] unknownCharacters() {
    return unknownCharacters;
  }
}
