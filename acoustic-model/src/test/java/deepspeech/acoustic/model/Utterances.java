package deepspeech.acoustic.model;

import deepspeech.messages.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;

/**
 * Made-up batches: noise with a different tone for each label, so that there is something to learn.
 */
final class Utterances {
  private static final int BINS = 161;

  private Utterances() {}

  /** One utterance for each frame count, with a label for every {@code framesPerLabel} frames. */
  static RaggedBatch batch(long seed, int vocabulary, int framesPerLabel, int... frames) {
    Random random = new Random(seed);
    int[] labelLengths = Arrays.stream(frames).map(n -> n / framesPerLabel).toArray();
    int[] labels = new int[Arrays.stream(labelLengths).sum()];
    float[] features = new float[Arrays.stream(frames).sum() * BINS];
    int row = 0;
    int label = 0;
    for (int u = 0; u < frames.length; u++) {
      for (int i = 0; i < labelLengths[u]; i++) {
        labels[label + i] = 1 + random.nextInt(vocabulary - 1);
      }
      for (int t = 0; t < frames[u]; t++) {
        int current = Math.min(t / framesPerLabel, labelLengths[u] - 1);
        int tone = current < 0 ? 0 : labels[label + current] * (BINS / vocabulary);
        for (int bin = 0; bin < BINS; bin++) {
          boolean sounding = bin / 4 == tone / 4;
          features[row * BINS + bin] = (float) (random.nextGaussian() * 0.5 + (sounding ? 3 : 0));
        }
        row++;
      }
      label += labelLengths[u];
    }
    return new RaggedBatch(Tensor.f32(features, row, BINS), frames, labels, labelLengths);
  }

  /** The utterance of a batch at a place, alone. */
  static RaggedBatch only(RaggedBatch batch, int utterance) {
    return batch.split(batch.size()).get(utterance);
  }
}
