package deepspeech.messages.features;

/**
 * The batches of a split.
 *
 * @param batches number of batches in each epoch, from the first
 * @param largestBatch upper limits for the shape of any batch
 */
public record PlannedBatches(int[] batches, BatchShape largestBatch) {}
