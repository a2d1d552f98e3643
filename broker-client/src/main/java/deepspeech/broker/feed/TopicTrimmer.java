package deepspeech.broker.feed;

import deepspeech.broker.BrokerException;
import deepspeech.broker.topics.TopicSetup;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trims used records from the feature topic of a delivery, so that its disk use is bounded. */
final class TopicTrimmer {
  private static final Logger LOG = LoggerFactory.getLogger(TopicTrimmer.class);

  private final TopicSetup topics;
  private final String topic;
  private final long everyBytes;
  private final BooleanSupplier closed;
  private long bytesSinceTrim;

  /**
   * Creates a trimmer.
   *
   * @param everyBytes how many bytes of records are read between two trims
   * @param closed true when failures are no longer of interest
   */
  TopicTrimmer(TopicSetup topics, String topic, long everyBytes, BooleanSupplier closed) {
    this.topics = topics;
    this.topic = topic;
    this.everyBytes = everyBytes;
    this.closed = closed;
  }

  /**
   * Counts bytes that were read and starts to trim if enough have come together. It does not block.
   *
   * @param neededFrom the offset below which no record is needed
   */
  void read(int bytes, LongSupplier neededFrom) {
    bytesSinceTrim += bytes;
    if (bytesSinceTrim >= everyBytes) {
      bytesSinceTrim = 0;
      trim(neededFrom.getAsLong());
    }
  }

  private void trim(long offset) {
    var unused =
        topics
            .trim(topic, offset)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null && !closed.getAsBoolean()) {
                    LOG.warn("{}", BrokerException.line(failure));
                  }
                });
  }
}
