package deepspeech.broker.feed;

/**
 * What a feed has counted since it was made.
 *
 * @param batches delivered
 * @param askedAgain requests repeated because no answer came in time, or an unreadable one
 * @param duplicates records of batches that were there already, or not asked for
 * @param foreign records of another run, split or data set
 * @param malformed records that could not be read
 */
public record FeedStatistics(
    long batches, long askedAgain, long duplicates, long foreign, long malformed) {}
