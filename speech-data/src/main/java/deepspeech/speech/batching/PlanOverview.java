package deepspeech.speech.batching;

/**
 * What the batches of the first epochs of a plan are like.
 *
 * @param batches the number of batches of each epoch, from the first
 * @param largest the batch that needs most memory on a device
 */
public record PlanOverview(int[] batches, BatchRectangle largest) {}
