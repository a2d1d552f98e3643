package deepspeech.broker.feed;

/** Data-prep did not answer in time. The message is one line. */
public class NoAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NoAnswerException(String line) {
    super(line);
  }
}
