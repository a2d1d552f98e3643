package deepspeech.dataprep.audio.codec;

/**
 * Compressed audio cannot be decoded on this machine now. It says nothing about the audio; the
 * message is one line for the operator: what is missing and what to do.
 */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A fault of the machine or of the installation. */
  public CodecException(String message) {
    super(message);
  }

  /** As {@link #CodecException(String)}, with the exception behind it. */
  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
