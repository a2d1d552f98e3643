package deepspeech.speech.storage;

import deepspeech.speech.common.RecentlyUsed;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.stream.IntStream;

/**
 * The indexes of the archives used last. They have up to a million entries in total, which take 32
 * MB. Thread-safe.
 */
final class ShardIndexes {
  private static final int MOST_ENTRIES = 1_000_000;
  private static final int LOCKS = 16;

  private final RecentlyUsed<String, ShardIndex> indexes =
      new RecentlyUsed<>(Integer.MAX_VALUE, MOST_ENTRIES, ShardIndex::entries);
  private final Object[] locks = IntStream.range(0, LOCKS).mapToObj(i -> new Object()).toArray();

  /**
   * Returns the index of an archive.
   *
   * @param identity identifies the archive and its content
   * @param archive archive to read if its index is not cached
   * @throws IOException if the archive is damaged
   */
  ShardIndex of(String identity, SeekableByteChannel archive) throws IOException {
    synchronized (locks[Math.floorMod(identity.hashCode(), LOCKS)]) {
      synchronized (indexes) {
        ShardIndex known = indexes.get(identity);
        if (known != null) {
          return known;
        }
      }
      ShardIndex read = ShardIndex.of(archive);
      synchronized (indexes) {
        indexes.put(identity, read);
      }
      return read;
    }
  }
}
