package deepspeech.broker.feed;

/** Data-prep cannot answer a request. The message is its reason, in one line. */
public class RequestRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RequestRefusedException(String reason) {
    super(reason);
  }
}
