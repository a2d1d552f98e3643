package deepspeech.speech;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * A map that forgets what was used least recently, but never what was put last. Not thread-safe.
 */
public final class RecentlyUsed<K, V> {
  private final Map<K, V> values = new LinkedHashMap<>(16, 0.75f, true);
  private final int capacity;
  private final long room;
  private final ToLongFunction<V> size;

  /** Keeps so many values. */
  public RecentlyUsed(int capacity) {
    this(capacity, Long.MAX_VALUE, value -> 0);
  }

  /**
   * Keeps so many values, if there is room for them.
   *
   * @param room for the sizes of all values
   */
  public RecentlyUsed(int capacity, long room, ToLongFunction<V> size) {
    this.capacity = capacity;
    this.room = room;
    this.size = size;
  }

  /** The value of a key, which counts as a use; null if there is none. */
  public V get(K key) {
    return values.get(key);
  }

  /** Keeps a value, and forgets others where that makes too many, or too little room. */
  public void put(K key, V value) {
    values.put(key, value);
    long taken = values.values().stream().mapToLong(size).sum();
    Iterator<V> eldest = values.values().iterator();
    while (values.size() > 1 && (values.size() > capacity || taken > room)) {
      taken -= size.applyAsLong(eldest.next());
      eldest.remove();
    }
  }
}
