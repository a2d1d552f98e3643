package deepspeech.speech.audio;

import deepspeech.speech.RecentlyUsed;

/**
 * The filters of the sample rates used last. A data set has a few rates, but damaged headers give
 * any, and the filter of an odd one takes up to 20 MB. Thread-safe.
 */
final class Resamplers {
  private final int targetRate;
  private final RecentlyUsed<Integer, Resampler> filters;

  /**
   * Begins without a filter.
   *
   * @param targetRate samples a second of what they make
   * @param mostBytes of coefficients that are kept, besides the filter used last
   */
  Resamplers(int targetRate, long mostBytes) {
    this.targetRate = targetRate;
    this.filters = new RecentlyUsed<>(Integer.MAX_VALUE, mostBytes, Resampler::bytes);
  }

  /** The filter for a source rate. */
  Resampler from(int sourceRate) {
    synchronized (filters) {
      Resampler known = filters.get(sourceRate);
      if (known != null) {
        return known;
      }
    }
    // Nobody waits while a filter is designed; two may design the same one.
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
