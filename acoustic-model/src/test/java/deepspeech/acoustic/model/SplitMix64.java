package deepspeech.acoustic.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * Numbers that a program in another language can make too: splitmix64 (Steele et al., "Fast
 * splittable pseudorandom number generators", OOPSLA 2014), seeded by the CRC-32 of a name.
 */
final class SplitMix64 {
  private final SplittableRandom random;

  SplitMix64(String name) {
    CRC32 hash = new CRC32();
    hash.update(name.getBytes(UTF_8));
    random = new SplittableRandom(hash.getValue());
  }

  /** A number in [-bound, bound). */
  double within(double bound) {
    return ((random.nextLong() >>> 11) * 0x1p-52 - 1) * bound;
  }

  /** A whole number from 0, below the end. */
  int below(int end) {
    return (int) ((random.nextLong() >>> 33) % end);
  }
}
