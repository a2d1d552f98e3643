package deepspeech.acoustic.model;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Dropout with one mask for each utterance, the same in all its frames (Gal and Ghahramani, "A
 * theoretically grounded application of dropout in recurrent neural networks", NIPS 2016). Where
 * the masks act is in {@code acoustic_model.py}.
 *
 * <p>A mask depends on the seed, the epoch, the batch, the utterance's index in the whole batch,
 * and the place in the model, and on nothing else. It is therefore the same on every device, with
 * any number of devices, in a resumed run, and when a gradient is computed once more.
 *
 * @param probability with which a value is dropped, from 0, below 1
 * @param seed of the run
 */
public record Dropout(double probability, long seed) {
  /** Nothing is dropped. */
  public static final Dropout NONE = new Dropout(0, 0);

  public Dropout {
    InvalidMessageException.require(
        probability >= 0 && probability < 1, "dropout", probability, "from 0, below 1");
  }

  /** Returns true if anything may be dropped. */
  public boolean drops() {
    return probability > 0;
  }

  /**
   * Returns the masks of a batch, F32 {@code [places, utterances, 2 * units]}. A place is the
   * output of a GRU layer, from the first to the last. Values are 0 with the probability, and
   * otherwise its complement's inverse, so that the expectation of what is masked does not change.
   */
  Tensor masks(ModelShape shape, RaggedBatch batch) {
    int places = shape.numRnnLayers();
    int features = 2 * shape.rnnLayerSize();
    float kept = (float) (1 / (1 - probability));
    float[] values = new float[Math.toIntExact((long) places * batch.size() * features)];
    int next = 0;
    for (int place = 0; place < places; place++) {
      for (int utterance = 0; utterance < batch.size(); utterance++) {
        SplittableRandom random = random(batch.place().after(utterance), place);
        for (int feature = 0; feature < features; feature++) {
          values[next++] = random.nextDouble() < probability ? 0 : kept;
        }
      }
    }
    return Tensor.f32(values, places, batch.size(), features);
  }

  private SplittableRandom random(BatchPlace utterance, int place) {
    long key = seed;
    for (int number :
        new int[] {utterance.epoch(), utterance.batch(), utterance.firstUtterance(), place}) {
      key = new SplittableRandom(key).nextLong() ^ number;
    }
    // Keys of neighbours differ in few bits only. Their sequences would overlap without this.
    return new SplittableRandom(new SplittableRandom(key).nextLong());
  }
}
