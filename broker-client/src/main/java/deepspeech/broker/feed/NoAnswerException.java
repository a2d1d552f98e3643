package deepspeech.broker.feed;

/** data-prep did not answer in time; the message is one line. */
public class NoAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NoAnswerException(String line) {
    super(line);
  }
}
