package deepspeech.dataprep.audio;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The filters of the sample rates used last. A data set has a few rates, but damaged headers give
 * any, and the filter of an odd one takes up to 20 MB. Thread-safe.
 */
final class Resamplers {
  private final int targetRate;
  private final long mostBytes;
  private final Map<Integer, Resampler> filters = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * Begins without a filter.
   *
   * @param targetRate samples a second of what they make
   * @param mostBytes of coefficients that are kept, besides the filter used last
   */
  Resamplers(int targetRate, long mostBytes) {
    this.targetRate = targetRate;
    this.mostBytes = mostBytes;
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
      Resampler other = filters.putIfAbsent(sourceRate, designed);
      if (other != null) {
        return other;
      }
      bytes += designed.bytes();
      Iterator<Resampler> leastRecent = filters.values().iterator();
      while (bytes > mostBytes && filters.size() > 1) {
        bytes -= leastRecent.next().bytes();
        leastRecent.remove();
      }
      return designed;
    }
  }
}
