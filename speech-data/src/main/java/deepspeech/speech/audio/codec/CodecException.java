package deepspeech.speech.audio.codec;

/**
 * Compressed audio cannot be decoded on this machine now. It says nothing about the audio; the
 * message is one line for the operator: what is missing and what to do.
 */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  /**
   * A fault of the machine or of the installation.
   *
   * @param message one line
   * @param passing whether it may pass without anyone's doing, such as too little memory
   */
  public CodecException(String message, boolean passing) {
    super(message);
    this.passing = passing;
  }

  /** Whether the same audio may be decoded later without anyone's doing. */
  public boolean isPassing() {
    return passing;
  }
}
