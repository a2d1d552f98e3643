package deepspeech.evaluator.recognition;

/**
 * A model file cannot be used for recognition. The message is a single line that gives the reason.
 */
public final class UnusableModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnusableModelException(String line) {
    super(line);
  }

  public UnusableModelException(String line, Throwable cause) {
    super(line, cause);
  }
}
