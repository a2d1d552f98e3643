package deepspeech.speech.common;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * A map that evicts the least recently used entries, but never the entry that was put last. Not
 * thread-safe.
 */
public final class RecentlyUsed<K, V> {
  private final Map<K, V> values = new LinkedHashMap<>(16, 0.75f, true);
  private final int capacity;
  private final long mostSize;
  private final ToLongFunction<V> size;

  /** Limits the number of values, but not their total size. */
  public RecentlyUsed(int capacity) {
    this(capacity, Long.MAX_VALUE, value -> 0);
  }

  /**
   * Limits the number of values and their total size.
   *
   * @param mostSize the largest total size of all values
   * @param size returns the size of a value
   */
  public RecentlyUsed(int capacity, long mostSize, ToLongFunction<V> size) {
    this.capacity = capacity;
    this.mostSize = mostSize;
    this.size = size;
  }

  /** Returns the value of a key and marks the key as used; null if the key is unknown. */
  public V get(K key) {
    return values.get(key);
  }

  /**
   * Stores a value. Evicts the least recently used values while there are too many, or while their
   * total size is too large.
   */
  public void put(K key, V value) {
    values.put(key, value);
    long total = values.values().stream().mapToLong(size).sum();
    Iterator<V> eldest = values.values().iterator();
    while (values.size() > 1 && (values.size() > capacity || total > mostSize)) {
      total -= size.applyAsLong(eldest.next());
      eldest.remove();
    }
  }
}
