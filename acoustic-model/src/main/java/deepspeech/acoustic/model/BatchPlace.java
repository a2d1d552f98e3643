package deepspeech.acoustic.model;

import deepspeech.messages.features.BatchKey;

/**
 * The place of a batch, or of a share of one, in a run. It decides the random numbers of its
 * utterances.
 *
 * @param epoch of the batch, from 1
 * @param batch its number in the epoch, from 0
 * @param firstUtterance index of the first utterance in the whole batch
 */
public record BatchPlace(int epoch, int batch, int firstUtterance) {
  /** The place of the first batch of a run. */
  public static final BatchPlace FIRST = new BatchPlace(1, 0, 0);

  static BatchPlace of(BatchKey key) {
    return new BatchPlace(key.epoch(), key.batch(), 0);
  }

  /** Returns the place of a share of the batch that begins some utterances later. */
  BatchPlace after(int utterances) {
    return new BatchPlace(epoch, batch, firstUtterance + utterances);
  }
}
