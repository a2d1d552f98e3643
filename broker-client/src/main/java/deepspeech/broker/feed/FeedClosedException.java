package deepspeech.broker.feed;

/** The feed was closed while somebody waited for it. */
public class FeedClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FeedClosedException() {
    super("the feed is closed");
  }
}
