package deepspeech.broker.feed;

/**
 * The counts of a feed since it was created.
 *
 * @param batches delivered batches
 * @param retries requests repeated because no answer came in time, or an unreadable one
 * @param duplicates records of batches that had already arrived or were not requested
 * @param foreign records of another run, split or data set
 * @param malformed records that could not be read
 */
public record FeedStatistics(
    long batches, long retries, long duplicates, long foreign, long malformed) {}
