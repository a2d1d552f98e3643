package deepspeech.speech.audio.codec;

/**
 * This machine cannot decode compressed audio at present. It says nothing about the audio. The
 * message is one line for the operator. It says what is missing and what to do.
 */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  /**
   * Describes a fault of the machine or the installation.
   *
   * @param message one line
   * @param passing whether the fault may disappear without intervention, such as a lack of memory
   */
  public CodecException(String message, boolean passing) {
    super(message);
    this.passing = passing;
  }

  /** Whether the same audio may be decoded later without intervention. */
  public boolean isPassing() {
    return passing;
  }
}
