package deepspeech.speech.audio;

import deepspeech.speech.common.RecentlyUsed;

/**
 * A cache of the filters for the source rates used last. A data set has only a few rates, but
 * damaged headers can contain any rate, and the filter of an unusual rate takes up to 20 MB.
 * Thread-safe.
 */
final class Resamplers {
  private final int targetRate;
  private final RecentlyUsed<Integer, Resampler> filters;

  /**
   * Creates an empty cache.
   *
   * @param targetRate sample rate of the output, in samples a second
   * @param mostBytes largest total size of the cached coefficients in bytes; the filter used last
   *     is kept even if it is larger
   */
  Resamplers(int targetRate, long mostBytes) {
    this.targetRate = targetRate;
    this.filters = new RecentlyUsed<>(Integer.MAX_VALUE, mostBytes, Resampler::bytes);
  }

  /** Returns the filter for a source rate. */
  Resampler from(int sourceRate) {
    synchronized (filters) {
      Resampler known = filters.get(sourceRate);
      if (known != null) {
        return known;
      }
    }
    // No thread waits while a filter is designed, so two threads may design the same filter.
    Resampler designed = new Resampler(sourceRate, targetRate);
    synchronized (filters) {
      Resampler other = filters.get(sourceRate);
      if (other != null) {
        return other;
      }
      filters.put(sourceRate, designed);
      return designed;
    }
  }
}
