package deepspeech.acoustic.model;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The initial values of an array. Equal random numbers give equal values on every machine. */
public sealed interface InitialValues {
  /** Returns {@code size} values. */
  float[] of(int size, SplittableRandom random);

  /** All values are equal. */
  record Constant(double value) implements InitialValues {
    @Override
    public float[] of(int size, SplittableRandom random) {
      float[] values = new float[size];
      Arrays.fill(values, (float) value);
      return values;
    }
  }

  /** The values are uniform between −bound and bound. */
  record Uniform(double bound) implements InitialValues {
    @Override
    public float[] of(int size, SplittableRandom random) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) (bound * (2 * random.nextDouble() - 1));
      }
      return values;
    }
  }

  /**
   * The logits of a softmax in which the first token, the blank, has a given probability and the
   * other tokens share the rest equally.
   *
   * @param probability probability of the blank, above 0 and below 1
   */
  record BlankPrior(double probability) implements InitialValues {
    @Override
    public float[] of(int size, SplittableRandom random) {
      float[] values = new float[size];
      values[0] = (float) StrictMath.log(probability / (1 - probability) * (size - 1));
      return values;
    }
  }
}
