package deepspeech.evaluator.recognition;

import deepspeech.messages.features.FeatureBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * An utterance of a batch.
 *
 * @param batch number of the batch in a list, from 0
 * @param index in the batch, from 0
 * @param features the features of the batch
 * @param offset of its first value in the features
 * @param frames number of its frames
 */
record RaggedUtterance(int batch, int index, short[] features, long offset, int frames) {
  /** The utterances of several batches. */
  static List<RaggedUtterance> of(List<FeatureBatch> batches) {
    List<RaggedUtterance> utterances = new ArrayList<>();
    for (int b = 0; b < batches.size(); b++) {
      FeatureBatch batch = batches.get(b);
      long offset = 0;
      for (int i = 0; i < batch.size(); i++) {
        utterances.add(new RaggedUtterance(b, i, batch.features(), offset, batch.frames()[i]));
        offset += (long) batch.frames()[i] * FeatureBatch.BINS;
      }
    }
    return utterances;
  }
}
