package deepspeech.broker.feed;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery of batches from one position. It runs on the feed's thread: it requests the batches
 * that are due, reads the replies, and pauses while all requested batches are ready.
 */
final class FeedSession implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedSession.class);
  private static final BatchPosition AFTER_LAST = new BatchPosition(Integer.MAX_VALUE, 0);

  private final String topic;
  private final boolean reuse;
  private final BatchQueue queue;
  private final BatchRequests requests;
  private final BatchReplies replies;
  private final IndexedReplyLog log;
  private final TopicTrimmer trimmer;

  /**
   * Prepares a delivery.
   *
   * @param topic name of the feature topic
   * @param reuse true to use existing batches of the topic before requesting, and to trim nothing
   */
  FeedSession(
      String topic,
      boolean reuse,
      BatchQueue queue,
      BatchRequests requests,
      BatchReplies replies,
      IndexedReplyLog log,
      TopicTrimmer trimmer) {
    this.topic = topic;
    this.reuse = reuse;
    this.queue = queue;
    this.requests = requests;
    this.replies = replies;
    this.log = log;
    this.trimmer = trimmer;
  }

  @Override
  public void run() {
    try {
      if (reuse) {
        replies.scanExisting();
      } else {
        replies.skipExisting();
      }
      while (queue.isOpen()) {
        step();
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("feed of {} ended", topic);
    } catch (RuntimeException e) {
      queue.fail(e);
    }
  }

  private void step() throws InterruptedException {
    List<RequestWindow.DueRequest> due = queue.due();
    if (!due.isEmpty()) {
      requests.send(due);
    }
    Optional<Duration> poll = queue.pollTime();
    if (poll.isPresent()) {
      int bytes = replies.readNext(poll.get());
      if (!reuse) {
        trimmer.read(bytes, () -> log.neededFrom(queue.head().orElse(AFTER_LAST)));
      }
    }
  }
}
