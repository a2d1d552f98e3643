package deepspeech.broker.feed;

import java.util.concurrent.atomic.LongAdder;

/** Counts over all sessions of a feed. */
final class FeedCounters {
  final LongAdder batches = new LongAdder();
  final LongAdder retries = new LongAdder();
  final LongAdder duplicates = new LongAdder();
  final LongAdder foreign = new LongAdder();
  final LongAdder malformed = new LongAdder();
  final LongAdder waitedNanos = new LongAdder();

  FeedStatistics snapshot() {
    return new FeedStatistics(
        batches.sum(), retries.sum(), duplicates.sum(), foreign.sum(), malformed.sum());
  }
}
