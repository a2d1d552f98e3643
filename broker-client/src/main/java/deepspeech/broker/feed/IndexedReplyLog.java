package deepspeech.broker.feed;

import java.time.Duration;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The records of a feature topic with an index of the batches among them. The index outlives a
 * delivery, so that the next one finds batches that the topic already holds. Only the feed's thread
 * may use it.
 */
final class IndexedReplyLog {
  private final ReplyLog log;
  private final ReplyIndex index = new ReplyIndex();

  /** Fingerprint of the data set whose batches the index knows; null if it knows none. */
  private String indexedFingerprint;

  IndexedReplyLog(ReplyLog log) {
    this.log = log;
  }

  /**
   * Seeks to the offset up to which the index knows the topic, or to the beginning.
   *
   * @param fingerprint identifies the data set of the next delivery
   * @param reuse true if the next delivery uses existing batches of the topic
   * @param created true if the topic was missing and is now empty
   */
  void prepare(String fingerprint, boolean reuse, boolean created) {
    boolean known = reuse && fingerprint.equals(indexedFingerprint) && !created;
    if (!known || index.scannedTo() > log.end()) {
      index.restart(log.beginning());
    }
    // A delivery that starts at the end leaves a gap in the index before it. The next delivery that
    // uses existing batches has to scan the topic again.
    indexedFingerprint = reuse ? fingerprint : null;
    log.seek(index.scannedTo());
  }

  /** The offset after the newest record. */
  long end() {
    return log.end();
  }

  /** True if all records below the offset have been returned or no longer exist. */
  boolean reached(long offset) {
    return log.reached(offset);
  }

  /** Skips the records below the offset. */
  void skipTo(long offset) {
    log.seek(offset);
  }

  /** Goes back to an offset; does nothing if it is not before the position. */
  void rewind(long offset) {
    if (offset < log.position()) {
      log.seek(offset);
    }
  }

  /**
   * The next record; null if none arrives in time.
   *
   * @throws ReplyLog.PositionLostException if the topic was trimmed or created again
   */
  ConsumerRecord<String, byte[]> next(Duration limit) throws ReplyLog.PositionLostException {
    ConsumerRecord<String, byte[]> record = log.next(limit);
    if (record != null) {
      index.scanned(record.offset());
    }
    return record;
  }

  /** Clears the index and reads from the oldest record. Returns the offset of that record. */
  long restart() {
    long beginning = log.beginning();
    index.restart(beginning);
    log.seek(beginning);
    return beginning;
  }

  /** Adds a part of a batch to the index. */
  void add(BatchPosition position, int part, int parts, long offset) {
    index.add(position, part, parts, offset);
  }

  /** The offset of a batch's first part; empty unless all its parts are known. */
  OptionalLong complete(BatchPosition position) {
    return index.complete(position);
  }

  void forget(BatchPosition position) {
    index.forget(position);
  }

  /** The offset below which no record is needed for the given batch and the later ones. */
  long neededFrom(BatchPosition position) {
    index.forgetBefore(position);
    return Math.min(log.position(), index.lowestFrom(position).orElse(Long.MAX_VALUE));
  }
}
