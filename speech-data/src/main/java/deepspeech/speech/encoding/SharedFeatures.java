package deepspeech.speech.encoding;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.util.concurrent.ExecutionError;
import com.google.common.util.concurrent.UncheckedExecutionException;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.concurrent.ExecutionException;

/**
 * The features of the utterances that were used last, so that runs with the same data compute them
 * once. If several threads ask for the features of an utterance at the same time, one of them
 * computes and the others wait. Thread-safe.
 */
public final class SharedFeatures {
  /** Bytes of the smallest heap region of the G1 collector. */
  private static final int REGION = 1 << 20;

  /** What an entry takes besides its features: key, version, array header. */
  private static final int OVERHEAD = 250;

  private final Cache<FeatureKey, EncodedUtterance> cache;

  /** A computation of features. */
  @FunctionalInterface
  interface Computation {
    EncodedUtterance features() throws UnusableAudioException;
  }

  /**
   * Creates an empty store of features.
   *
   * @param bytes largest size of the kept features, in bytes of heap; the least recently used ones
   *     are dropped
   */
  public SharedFeatures(long bytes) {
    // With one segment the whole size is one budget, and the order of use is exact.
    this.cache =
        CacheBuilder.newBuilder()
            .concurrencyLevel(1)
            .maximumWeight(bytes)
            .weigher((FeatureKey key, EncodedUtterance utterance) -> heapBytes(utterance))
            .recordStats()
            .build();
  }

  /** Keeps no features. Only threads that ask at the same moment share them. */
  public static SharedFeatures none() {
    return new SharedFeatures(0);
  }

  /**
   * Returns the features of an utterance.
   *
   * @param computation computes them if they are not known
   * @throws UnusableAudioException of the computation; nothing is kept then
   */
  EncodedUtterance get(FeatureKey key, Computation computation) throws UnusableAudioException {
    try {
      return cache.get(key, computation::features);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnusableAudioException unusable) {
        throw unusable;
      }
      throw new IllegalStateException(e.getCause());
    } catch (UncheckedExecutionException e) {
      throw (RuntimeException) e.getCause();
    } catch (ExecutionError e) {
      throw (Error) e.getCause();
    }
  }

  /** How many utterances were computed. */
  public long computed() {
    return cache.stats().loadCount();
  }

  /** How many utterances were taken from an earlier or concurrent computation. */
  public long reused() {
    return cache.stats().requestCount() - computed();
  }

  /** The heap that the kept features take, in bytes. */
  public long bytes() {
    return cache.asMap().values().stream().mapToLong(SharedFeatures::heapBytes).sum();
  }

  /** G1 gives an array of half a region or more whole regions. */
  private static int heapBytes(EncodedUtterance utterance) {
    int bytes = OVERHEAD + Short.BYTES * utterance.features().length;
    return bytes < REGION / 2 ? bytes : (bytes + REGION - 1) / REGION * REGION;
  }
}
