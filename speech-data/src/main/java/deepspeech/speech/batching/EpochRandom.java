package deepspeech.speech.batching;

/**
 * The random number generator of an epoch, or of one utterance in an epoch. The numbers depend only
 * on the seed of the run, the epoch and the utterance, and are the same on every machine and Java
 * version.
 *
 * <p>Source: the SplitMix64 generator of G. L. Steele, D. Lea and C. H. Flood, "Fast splittable
 * pseudorandom number generators" (2014), with the constants of S. Vigna's {@code splitmix64.c};
 * the shuffle is R. Durstenfeld's, "Algorithm 235: Random permutation" (1964).
 */
public final class EpochRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private EpochRandom(long state) {
    this.state = state;
  }

  /** Returns the generator of an epoch. */
  static EpochRandom of(int seed, int epoch) {
    return new EpochRandom(mix(mix(seed + GOLDEN_GAMMA) + epoch));
  }

  /**
   * Returns the generator for one purpose, such as one entry of the augmentation file, for an
   * utterance in an epoch.
   *
   * @param seed seed of the run
   * @param epoch from 1
   * @param line line of the utterance in its manifest
   * @param stream number that distinguishes the purposes for the same utterance
   */
  public static EpochRandom of(int seed, int epoch, long line, long stream) {
    long utterance = mix(mix(mix(seed + GOLDEN_GAMMA) + epoch) + GOLDEN_GAMMA + line);
    return new EpochRandom(mix(utterance + GOLDEN_GAMMA + stream));
  }

  /** Returns the plain SplitMix64 generator with an initial state. */
  public static EpochRandom ofState(long state) {
    return new EpochRandom(state);
  }

  /** Returns 64 random bits. */
  long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Returns a number in [0, 1), a multiple of 2^-53. */
  public double nextDouble() {
    return (next() >>> 11) * 0x1p-53;
  }

  /**
   * Returns a uniformly distributed number in [0, bound). Values that would bias the result are
   * rejected.
   */
  public int nextInt(int bound) {
    long bits;
    long value;
    do {
      bits = next() >>> 1;
      value = bits % bound;
    } while (bits - value + (bound - 1) < 0);
    return (int) value;
  }

  /** Shuffles the elements; each order is equally likely. */
  void shuffle(int[] elements) {
    shuffle(elements, 0, elements.length);
  }

  /** Shuffles the elements from {@code from}, inclusive, to {@code to}, exclusive. */
  void shuffle(int[] elements, int from, int to) {
    for (int i = to - 1; i > from; i--) {
      int j = from + nextInt(i - from + 1);
      int element = elements[i];
      elements[i] = elements[j];
      elements[j] = element;
    }
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
