package deepspeech.broker.feed;

/** The feed was closed while a thread waited for it or before it was used. */
public class FeedClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FeedClosedException() {
    super("the feed is closed");
  }
}
