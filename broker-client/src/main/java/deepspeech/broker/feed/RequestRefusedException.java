package deepspeech.broker.feed;

/** data-prep cannot answer a request; the message is its reason, one line. */
public class RequestRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RequestRefusedException(String reason) {
    super(reason);
  }
}
