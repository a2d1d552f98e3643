package deepspeech.speech.augmentation;

import deepspeech.speech.batching.EpochRandom;

/**
 * A range from which values are drawn with a uniform distribution.
 *
 * @param min at most {@code max}
 */
record Range(double min, double max) {
  Range {
    if (!(min <= max)) {
      throw new IllegalArgumentException(
          "min is %s; it must be at most max, %s".formatted(min, max));
    }
  }

  double draw(EpochRandom random) {
    return min + (max - min) * random.nextDouble();
  }
}
