package deepspeech.messages.features;

import deepspeech.messages.InvalidMessageException;

/**
 * How utterances are put into batches.
 *
 * @param batchSize utterances per batch, over all devices
 * @param maxBatchFrames feature frames per batch and device, including padding; replaces {@code
 *     batchSize}; null for none
 * @param devices number of devices that share a batch; absent: 1
 * @param shuffleMethod {@code instance_shuffle}, {@code batch_shuffle} or {@code
 *     batch_shuffle_clipped}
 */
public record Batching(
    int batchSize, Integer maxBatchFrames, Integer devices, String shuffleMethod) {
  public Batching {
    InvalidMessageException.require(
        batchSize >= 1, "batch_size", batchSize, "a whole number from 1");
    InvalidMessageException.require(
        maxBatchFrames == null || maxBatchFrames >= 1,
        "max_batch_frames",
        maxBatchFrames,
        "a whole number from 1, or null");
    devices = devices == null ? 1 : devices;
    InvalidMessageException.require(devices >= 1, "devices", devices, "a whole number from 1");
  }

  /** Batches for one device, of a number of utterances. */
  public Batching(int batchSize, String shuffleMethod) {
    this(batchSize, null, 1, shuffleMethod);
  }
}
