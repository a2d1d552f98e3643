package deepspeech.speech.batching;

/**
 * A summary of the batches in the first epochs of a plan.
 *
 * @param batches the number of batches in each epoch, from the first epoch on
 * @param largest the batch that needs the most memory on a device
 */
public record PlanOverview(int[] batches, BatchRectangle largest) {}
